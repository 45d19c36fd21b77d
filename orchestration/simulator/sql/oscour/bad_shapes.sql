-- Rows that break exactly one rule of the contract: what is wrong, the column, the rule, and whether only a text
-- file can carry it; these come first.
create or replace table bad_shapes (shape varchar, column_name varchar, rule varchar, text_only boolean);

insert into bad_shapes
values
('version_type', 'version', 'type', true),
('date_type', 'date_entree', 'type', true),
('date_french', 'date_entree', 'type', true),
('too_few_fields', '', 'field_count', true),
('too_many_fields', '', 'field_count', true),
('missing_id', 'id_passage', 'required', false),
('id_pattern', 'id_passage', 'pattern', false),
('version_min', 'version', 'min', false),
('nature_code', 'nature', 'values', false),
('missing_sender', 'finess', 'required', false),
('sender_pattern', 'finess', 'pattern', false),
('missing_departement', 'departement', 'required', false),
('departement_pattern', 'departement', 'pattern', false),
('missing_date', 'date_entree', 'required', false),
('date_min', 'date_entree', 'min', false),
('after_delivery', 'date_entree', 'entered_after_delivery', false),
('sex_code', 'sexe', 'values', false),
('age_code', 'classe_age', 'values', false),
('age_code_of_other_days', 'classe_age', 'dated_values', false),
('diagnosis_pattern', 'diagnostic_principal', 'pattern', false),
('associated_pattern', 'diagnostics_associes', 'pattern', false),
('outcome_code', 'orientation', 'values', false);
