-- Rows that break exactly one rule of the contract: what is wrong, the column, the rule, and whether only a text
-- file can carry it; these come first.
create or replace table bad_shapes (shape varchar, column_name varchar, rule varchar, text_only boolean);

insert into bad_shapes
values
('version_type', 'version', 'type', true),
('count_type', 'cas_confirmes_residents', 'type', true),
('date_type', 'date_bilan', 'type', true),
('too_few_fields', '', 'field_count', true),
('too_many_fields', '', 'field_count', true),
('missing_id', 'id_bilan', 'required', false),
('id_pattern', 'id_bilan', 'pattern', false),
('version_min', 'version', 'min', false),
('nature_code', 'nature', 'values', false),
('missing_episode', 'id_signalement', 'required', false),
('missing_establishment', 'id_etablissement', 'required', false),
('establishment_pattern', 'id_etablissement', 'pattern', false),
('kind_code', 'type_etablissement', 'values', false),
('departement_pattern', 'departement', 'pattern', false),
('missing_date', 'date_bilan', 'required', false),
('date_min', 'date_bilan', 'min', false),
('after_delivery', 'date_bilan', 'reported_after_delivery', false),
('signs_after', 'date_premiers_signes', 'signs_after_report', false),
('stage_code', 'etape', 'values', false),
('residents_max', 'residents', 'max', false),
('cases_min', 'cas_possibles_residents', 'min', false),
('deaths_max', 'deces_etablissement', 'max', false);
