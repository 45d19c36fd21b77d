insert into bad_shapes
values
('version_type', 'version', 'type', true),
('reservists_type', 'reservistes', 'type', true),
('too_few_fields', '', 'field_count', true),
('too_many_fields', '', 'field_count', true),
('missing_id', 'id_releve', 'required', false),
('id_pattern', 'id_releve', 'pattern', false),
('version_min', 'version', 'min', false),
('nature_code', 'nature', 'values', false),
('unit_pattern', 'cellule', 'pattern', false),
('region_pattern', 'region', 'pattern', false),
('missing_day', 'jour', 'required', false),
('after_delivery', 'jour', 'counted_after_delivery', false),
('reservists_min', 'reservistes', 'min', false);
