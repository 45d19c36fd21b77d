-- Rows that break exactly one rule of the contract: what is wrong, the column, the rule, and whether only a text
-- file can carry it; these come first.
create or replace table bad_shapes (shape varchar, column_name varchar, rule varchar, text_only boolean);

insert into bad_shapes
values
('version_type', 'version', 'type', true),
('event_date_type', 'date_evenement', 'type', true),
('declaration_french', 'date_declaration', 'type', true),
('age_type', 'age', 'type', true),
('too_few_fields', '', 'field_count', true),
('too_many_fields', '', 'field_count', true),
('missing_id', 'id_evenement', 'required', false),
('id_pattern', 'id_evenement', 'pattern', false),
('version_min', 'version', 'min', false),
('nature_code', 'nature', 'values', false),
('missing_patient', 'id_patient', 'required', false),
('patient_pattern', 'id_patient', 'pattern', false),
('missing_stay', 'id_sejour', 'required', false),
('finess_pattern', 'finess', 'pattern', false),
('missing_departement', 'departement_hopital', 'required', false),
('departement_pattern', 'departement_hopital', 'pattern', false),
('missing_event', 'type_evenement', 'required', false),
('event_code', 'type_evenement', 'values', false),
('unit_code', 'unite', 'values', false),
('event_date_min', 'date_evenement', 'min', false),
('missing_declaration', 'date_declaration', 'required', false),
('declared_after_delivery', 'date_declaration', 'declared_after_delivery', false),
('declared_before_event', 'date_declaration', 'declared_before_event', false),
('arrival_without_unit', 'unite', 'arrival_without_unit', false),
('sex_code', 'sexe', 'values', false),
('age_max', 'age', 'max', false),
('age_min', 'age', 'min', false),
('residence_pattern', 'departement_residence', 'pattern', false),
('commune_pattern', 'commune_residence', 'pattern', false),
('cause_code', 'motif', 'values', false);
