-- Rows that break exactly one rule of the contract: what is wrong, the column, the rule, and whether only a text
-- file can carry it; these come first.
create or replace table bad_shapes (shape varchar, column_name varchar, rule varchar, text_only boolean);

insert into bad_shapes
values
('version_type', 'version', 'type', true),
('date_type', 'date_deces', 'type', true),
('date_french', 'date_deces', 'type', true),
('too_few_fields', '', 'field_count', true),
('too_many_fields', '', 'field_count', true),
('missing_id', 'id_certificat', 'required', false),
('id_pattern', 'id_certificat', 'pattern', false),
('version_min', 'version', 'min', false),
('nature_code', 'nature', 'values', false),
('establishment_pattern', 'etablissement', 'pattern', false),
('missing_departement', 'departement', 'required', false),
('departement_pattern', 'departement', 'pattern', false),
('kind_code', 'lieu', 'values', false),
('missing_date', 'date_deces', 'required', false),
('date_min', 'date_deces', 'min', false),
('death_later', 'date_deces', 'died_after_delivery', false),
('sex_code', 'sexe', 'values', false),
('age_max', 'age', 'max', false),
('causes_pattern', 'causes', 'pattern', false);
