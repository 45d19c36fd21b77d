-- Rows that break exactly one rule of the contract: what is wrong, the column, the rule, and whether only a text
-- file can carry it; these come first.
create or replace table bad_shapes (shape varchar, column_name varchar, rule varchar, text_only boolean);

insert into bad_shapes
values
('version_type', 'version', 'type', true),
('date_type', 'date_injection', 'type', true),
('date_french', 'date_injection', 'type', true),
('too_few_fields', '', 'field_count', true),
('too_many_fields', '', 'field_count', true),
('missing_id', 'id_injection', 'required', false),
('id_pattern', 'id_injection', 'pattern', false),
('version_min', 'version', 'min', false),
('nature_code', 'nature', 'values', false),
('missing_person', 'id_personne', 'required', false),
('person_pattern', 'id_personne', 'pattern', false),
('missing_centre', 'id_centre', 'required', false),
('centre_pattern', 'id_centre', 'pattern', false),
('missing_date', 'date_injection', 'required', false),
('date_min', 'date_injection', 'min', false),
('after_delivery', 'date_injection', 'injected_after_delivery', false),
('rank_max', 'rang', 'max', false),
('product_code', 'vaccin', 'values', false),
('product_before_authorisation', 'vaccin', 'dated_values', false),
('complete_code', 'schema_complet', 'values', false),
('booster_min', 'rappel', 'min', false),
('sex_code', 'sexe', 'values', false),
('age_max', 'age', 'max', false),
('commune_pattern', 'commune_residence', 'pattern', false),
('departement_pattern', 'departement_residence', 'pattern', false),
('injection_place_pattern', 'departement_injection', 'pattern', false),
('group_code', 'public', 'values', false);
