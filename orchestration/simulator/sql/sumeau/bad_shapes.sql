-- Rows that break exactly one rule of the contract: what is wrong, the column, the rule, and whether only a text
-- file can carry it; these come first.
create or replace table bad_shapes (shape varchar, column_name varchar, rule varchar, text_only boolean);

insert into bad_shapes
values
('version_type', 'version', 'type', true),
('nitrogen_comma', 'azote_ammoniacal', 'type', true),
('too_few_fields', '', 'field_count', true),
('too_many_fields', '', 'field_count', true),
('missing_id', 'id_analyse', 'required', false),
('id_pattern', 'id_analyse', 'pattern', false),
('version_min', 'version', 'min', false),
('nature_code', 'nature', 'values', false),
('missing_laboratory', 'laboratoire', 'required', false),
('missing_plant', 'station', 'required', false),
('plant_pattern', 'station', 'pattern', false),
('departement_pattern', 'departement', 'pattern', false),
('population_min', 'population_raccordee', 'min', false),
('missing_date', 'date_prelevement', 'required', false),
('after_delivery', 'date_prelevement', 'sampled_after_delivery', false),
('load_min', 'charge_virale', 'min', false),
('remark_code', 'remarque', 'values', false),
('nitrogen_max', 'azote_ammoniacal', 'max', false);
