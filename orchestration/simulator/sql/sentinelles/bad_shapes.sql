-- Rows that break exactly one rule of the contract: what is wrong, the column, the rule, and whether only a text
-- file can carry it; these come first.
create or replace table bad_shapes (shape varchar, column_name varchar, rule varchar, text_only boolean);

insert into bad_shapes
values
('version_type', 'version', 'type', true),
('cases_type', 'cas_ira', 'type', true),
('too_few_fields', '', 'field_count', true),
('too_many_fields', '', 'field_count', true),
('missing_id', 'id_releve', 'required', false),
('id_pattern', 'id_releve', 'pattern', false),
('version_min', 'version', 'min', false),
('nature_code', 'nature', 'values', false),
('missing_practice', 'cabinet', 'required', false),
('practice_pattern', 'cabinet', 'pattern', false),
('missing_week', 'semaine', 'required', false),
('week_pattern', 'semaine', 'pattern', false),
('no_such_week', 'semaine', 'no_such_week', false),
('after_delivery', 'semaine', 'week_after_delivery', false),
('region_pattern', 'region', 'pattern', false),
('missing_patients', 'patientele', 'required', false),
('patients_min', 'patientele', 'min', false),
('cases_max', 'cas_ira', 'max', false),
('samples_min', 'preleves', 'min', false),
('more_positives', 'positifs', 'more_positives_than_samples', false);
