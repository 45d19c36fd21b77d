insert into bad_shapes
values
('version_type', 'version', 'type', true),
('infected_type', 'professionnels_infectes', 'type', true),
('too_few_fields', '', 'field_count', true),
('too_many_fields', '', 'field_count', true),
('missing_id', 'id_releve', 'required', false),
('id_pattern', 'id_releve', 'pattern', false),
('version_min', 'version', 'min', false),
('nature_code', 'nature', 'values', false),
('establishment_pattern', 'etablissement', 'pattern', false),
('region_pattern', 'region', 'pattern', false),
('no_sunday', 'fin_semaine', 'ends_on_sunday', false),
('week_after_delivery', 'fin_semaine', 'ended_after_delivery', false),
('infected_min', 'professionnels_infectes', 'min', false);
