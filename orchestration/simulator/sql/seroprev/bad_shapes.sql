-- Rows that break exactly one rule of the contract: what is wrong, the column, the rule, and whether only a text
-- file can carry it; these come first.
create or replace table bad_shapes (shape varchar, column_name varchar, rule varchar, text_only boolean);

insert into bad_shapes
values
('version_type', 'version', 'type', true),
('date_french', 'fin_vague', 'type', true),
('weight_comma', 'poids', 'type', true),
('too_few_fields', '', 'field_count', true),
('too_many_fields', '', 'field_count', true),
('missing_id', 'id_echantillon', 'required', false),
('id_pattern', 'id_echantillon', 'pattern', false),
('version_min', 'version', 'min', false),
('nature_code', 'nature', 'values', false),
('missing_person', 'id_personne', 'required', false),
('person_pattern', 'id_personne', 'pattern', false),
('laboratory_pattern', 'laboratoire', 'pattern', false),
('missing_wave', 'vague', 'required', false),
('wave_max', 'vague', 'max', false),
('after_delivery', 'fin_vague', 'wave_after_delivery', false),
('ends_first', 'fin_vague', 'wave_ends_before_it_begins', false),
('weight_max', 'poids', 'max', false),
('missing_stratum', 'strate', 'required', false),
('sex_code', 'sexe', 'values', false),
('age_max', 'age', 'max', false),
('region_pattern', 'region', 'pattern', false),
('result_code', 'resultat', 'values', false);
