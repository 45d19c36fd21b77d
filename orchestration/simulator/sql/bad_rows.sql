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
('target_max', 'criblage_a', 'max', false);

set variable bad_shapes = (select list(shape order by rowid) from bad_shapes);

-- The first ones are those that only text can carry.
set variable text_only_shapes = (select count(*)::integer from bad_shapes where text_only);

set variable bad_shape_count = (select count(*)::integer from bad_shapes);

create or replace macro bad_shape(r) as
    getvariable('bad_shapes')[1 + pick(r, 'bad_shape', getvariable('bad_shape_count'))];

create or replace macro is_text_only(r) as
    pick(r, 'bad_shape', getvariable('bad_shape_count')) < getvariable('text_only_shapes');

-- Which of the n files of the day takes a line: what only text can carry goes into the first.
create or replace macro file_slot(kind, r, n) as
    case when kind = 'bad_row' and is_text_only(r) then 0::ubigint else r % n end;

create or replace macro spoil(bad, shape, wrong, right_value) as
    case when bad = shape then wrong else right_value end;
