insert into bad_shapes
values
('version_type', 'version', 'type', true),
('deaths_type', 'deces', 'type', true),
('too_few_fields', '', 'field_count', true),
('too_many_fields', '', 'field_count', true),
('missing_id', 'id_releve', 'required', false),
('id_pattern', 'id_releve', 'pattern', false),
('version_min', 'version', 'min', false),
('nature_code', 'nature', 'values', false),
('country_pattern', 'pays', 'pattern', false),
('continent_code', 'continent', 'values', false),
('missing_day', 'jour', 'required', false),
('after_delivery', 'jour', 'counted_after_delivery', false),
('cases_max', 'cas', 'max', false);
