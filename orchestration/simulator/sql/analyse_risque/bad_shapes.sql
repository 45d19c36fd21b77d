insert into bad_shapes
values
('version_type', 'version', 'type', true),
('week_type', 'fin_semaine', 'type', true),
('too_few_fields', '', 'field_count', true),
('too_many_fields', '', 'field_count', true),
('missing_departement', 'departement', 'required', false),
('departement_pattern', 'departement', 'pattern', false),
('no_sunday', 'fin_semaine', 'ends_on_sunday', false),
('week_after_delivery', 'fin_semaine', 'ended_after_delivery', false),
('version_min', 'version', 'min', false),
('nature_code', 'nature', 'values', false),
('level_code', 'vulnerabilite', 'values', false),
('zone_code', 'zone_circulation_active', 'values', false),
('missing_zone', 'zone_circulation_active', 'required', false);
