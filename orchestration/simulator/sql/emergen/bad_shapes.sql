-- Rows that break exactly one rule of the contract: what is wrong, the column, the rule, and whether only a text
-- file can carry it; these come first.
create or replace table bad_shapes (shape varchar, column_name varchar, rule varchar, text_only boolean);

insert into bad_shapes
values
('version_type', 'version', 'type', true),
('date_type', 'debut_enquete', 'type', true),
('too_few_fields', '', 'field_count', true),
('too_many_fields', '', 'field_count', true),
('missing_id', 'id_sequence', 'required', false),
('id_pattern', 'id_sequence', 'pattern', false),
('version_min', 'version', 'min', false),
('nature_code', 'nature', 'values', false),
('missing_platform', 'plateforme', 'required', false),
('platform_pattern', 'plateforme', 'pattern', false),
('missing_survey', 'debut_enquete', 'required', false),
('survey_min', 'debut_enquete', 'min', false),
('tuesday', 'debut_enquete', 'survey_begins_on_monday', false),
('survey_to_come', 'debut_enquete', 'survey_after_delivery', false),
('sampled_to_come', 'date_prelevement', 'sampled_after_delivery', false),
('region_pattern', 'region', 'pattern', false),
('interpretable_code', 'interpretable', 'values', false),
('lineage_pattern', 'lignee', 'pattern', false);
