-- Rows that break exactly one rule of the contract: what is wrong, the column, the rule, and whether only a text
-- file can carry it; these come first.
create or replace table bad_shapes (shape varchar, column_name varchar, rule varchar, text_only boolean);

insert into bad_shapes
values
('version_type', 'version', 'type', true),
('cases_type', 'nombre_cas', 'type', true),
('too_few_fields', '', 'field_count', true),
('too_many_fields', '', 'field_count', true),
('missing_id', 'id_cluster', 'required', false),
('id_pattern', 'id_cluster', 'pattern', false),
('version_min', 'version', 'min', false),
('nature_code', 'nature', 'values', false),
('agency_pattern', 'agence', 'pattern', false),
('missing_departement', 'departement', 'required', false),
('departement_pattern', 'departement', 'pattern', false),
('kind_code', 'type_collectivite', 'values', false),
('kind_of_another_time', 'type_collectivite', 'dated_values', false),
('criticality_code', 'criticite', 'values', false),
('state_code', 'statut', 'values', false),
('cases_min', 'nombre_cas', 'min', false),
('missing_report', 'date_signalement', 'required', false),
('report_after_delivery', 'date_signalement', 'reported_after_delivery', false),
('closed_without_its_day', 'date_cloture', 'closed_with_its_day', false),
('closing_before_report', 'date_cloture', 'closed_before_reported', false),
('closing_after_delivery', 'date_cloture', 'closed_after_delivery', false);
