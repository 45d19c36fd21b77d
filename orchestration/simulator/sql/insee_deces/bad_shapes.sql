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
('missing_id', 'id_deces', 'required', false),
('id_pattern', 'id_deces', 'pattern', false),
('version_min', 'version', 'min', false),
('nature_code', 'nature', 'values', false),
('missing_commune', 'commune', 'required', false),
('commune_pattern', 'commune', 'pattern', false),
('since_min', 'envoi_depuis', 'min', false),
('since_later', 'envoi_depuis', 'electronic_after_transmission', false),
('missing_date', 'date_deces', 'required', false),
('date_min', 'date_deces', 'min', false),
('death_later', 'date_deces', 'died_after_transmission', false),
('missing_transmission', 'date_transmission', 'required', false),
('transmission_later', 'date_transmission', 'transmitted_after_delivery', false),
('sex_code', 'sexe', 'values', false),
('age_max', 'age', 'max', false),
('history_code', 'reprise', 'values', false);
