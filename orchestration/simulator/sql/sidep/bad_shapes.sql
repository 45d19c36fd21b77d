-- Rows that break exactly one rule of the contract: what is wrong, the column, the rule, and whether only a text
-- file can carry it; these come first.
create or replace table bad_shapes (shape varchar, column_name varchar, rule varchar, text_only boolean);

insert into bad_shapes
values
('version_type', 'version', 'type', true),
('sampling_type', 'date_prelevement', 'type', true),
('sampling_french', 'date_prelevement', 'type', true),
('age_type', 'age', 'type', true),
('too_few_fields', '', 'field_count', true),
('too_many_fields', '', 'field_count', true),
('missing_id', 'id_resultat', 'required', false),
('id_pattern', 'id_resultat', 'pattern', false),
('version_min', 'version', 'min', false),
('nature_code', 'nature', 'values', false),
('missing_person', 'id_personne', 'required', false),
('person_pattern', 'id_personne', 'pattern', false),
('sampling_min', 'date_prelevement', 'min', false),
('sampled_after_delivery', 'date_prelevement', 'sampled_after_delivery', false),
('missing_result_date', 'date_resultat', 'required', false),
('result_before_sampling', 'date_resultat', 'result_before_sampling', false),
('laboratory_pattern', 'id_laboratoire', 'pattern', false),
('analysis_code', 'type_analyse', 'values', false),
('result_code', 'resultat', 'values', false),
('missing_result', 'resultat', 'required', false),
('sex_code', 'sexe', 'values', false),
('age_max', 'age', 'max', false),
('age_min', 'age', 'min', false),
('commune_pattern', 'commune_residence', 'pattern', false),
('departement_pattern', 'departement_residence', 'pattern', false),
('symptoms_code', 'symptomes', 'values', false),
('onset_after_sampling', 'date_debut_symptomes', 'onset_after_sampling', false),
('onset_without_symptoms', 'date_debut_symptomes', 'onset_without_symptoms', false),
('target_max', 'criblage_a', 'max', false),
('variant_code', 'criblage_variant', 'values', false),
('variant_before_kits', 'criblage_variant', 'dated_values', false);
