-- Rows that break exactly one rule of the contract: what is wrong, the column, the rule, and whether only a text
-- file can carry it; these come first.
create or replace table bad_shapes (shape varchar, column_name varchar, rule varchar, text_only boolean);

insert into bad_shapes
values
('version_type', 'version', 'type', true),
('call_type', 'date_appel', 'type', true),
('too_few_fields', '', 'field_count', true),
('too_many_fields', '', 'field_count', true),
('missing_id', 'id_fiche', 'required', false),
('id_pattern', 'id_fiche', 'pattern', false),
('version_min', 'version', 'min', false),
('nature_code', 'nature', 'values', false),
('object_code', 'objet', 'values', false),
('missing_person', 'id_personne', 'required', false),
('person_pattern', 'id_personne', 'pattern', false),
('platform_pattern', 'id_plateforme', 'pattern', false),
('contact_of_nobody', 'id_cas', 'contact_of_a_case', false),
('case_unconfirmed', 'date_confirmation', 'case_confirmed', false),
('confirmation_min', 'date_confirmation', 'min', false),
('confirmation_after_delivery', 'date_confirmation', 'confirmed_after_delivery', false),
('contact_unidentified', 'date_identification', 'contact_identified', false),
('identification_after_delivery', 'date_identification', 'identified_after_delivery', false),
('onset_after_test', 'date_debut_symptomes', 'onset_after_confirmation', false),
('call_before', 'date_appel', 'called_before_registered', false),
('call_after_delivery', 'date_appel', 'called_after_delivery', false),
('reached_code', 'joint', 'values', false),
('known_code', 'deja_contact', 'values', false),
('link_code', 'lien', 'values', false),
('case_before', 'date_devenu_cas', 'case_before_identified', false),
('case_after_delivery', 'date_devenu_cas', 'case_after_delivery', false),
('sex_code', 'sexe', 'values', false),
('age_max', 'age', 'max', false),
('departement_pattern', 'departement_residence', 'pattern', false);
