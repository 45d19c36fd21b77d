-- Rows that break exactly one rule of the contract: what is wrong, the column, the rule, and whether only a text
-- file can carry it; these come first.
create or replace table bad_shapes (shape varchar, column_name varchar, rule varchar, text_only boolean);

insert into bad_shapes
values
('version_type', 'version', 'type', true),
('date_french', 'date_admission', 'type', true),
('too_few_fields', '', 'field_count', true),
('too_many_fields', '', 'field_count', true),
('missing_id', 'id_fiche', 'required', false),
('id_pattern', 'id_fiche', 'pattern', false),
('version_min', 'version', 'min', false),
('nature_code', 'nature', 'values', false),
('missing_unit', 'service', 'required', false),
('unit_pattern', 'service', 'pattern', false),
('missing_departement', 'departement', 'required', false),
('departement_pattern', 'departement', 'pattern', false),
('missing_date', 'date_admission', 'required', false),
('date_min', 'date_admission', 'min', false),
('after_delivery', 'date_admission', 'admitted_after_delivery', false),
('sex_code', 'sexe', 'values', false),
('age_max', 'age', 'max', false),
('severity_code', 'sdra', 'values', false),
('comorbidity_code', 'comorbidite', 'values', false);
