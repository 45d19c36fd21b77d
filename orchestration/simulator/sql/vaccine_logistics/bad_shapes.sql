insert into bad_shapes
values
('version_type', 'version', 'type', true),
('doses_type', 'doses_livrees', 'type', true),
('too_few_fields', '', 'field_count', true),
('too_many_fields', '', 'field_count', true),
('missing_id', 'id_releve', 'required', false),
('id_pattern', 'id_releve', 'pattern', false),
('version_min', 'version', 'min', false),
('nature_code', 'nature', 'values', false),
('depot_pattern', 'depot', 'pattern', false),
('departement_pattern', 'departement', 'pattern', false),
('product_code', 'vaccin', 'values', false),
('no_sunday', 'fin_semaine', 'ends_on_sunday', false),
('week_after_delivery', 'fin_semaine', 'ended_after_delivery', false),
('delivered_min', 'doses_livrees', 'min', false),
('stock_min', 'doses_en_stock', 'min', false);
