-- The faults of bad rows that have the type of their column.
create or replace view spoiled as
select
    * replace (
        spoil_key(bad, id_resultat) as id_resultat,
        case bad when 'missing_person' then null when 'person_pattern' then 'Jeanne Martin' else id_personne end
            as id_personne,
        case bad
            when 'sampling_min' then timestamp '2019-12-31 10:00:00'
            when 'variant_before_kits' then timestamp '2020-01-02 10:00:00'
            when 'sampled_after_delivery' then received_on::timestamp + interval '33 hours'
            else date_prelevement
        end as date_prelevement,
        case bad
            when 'missing_result_date' then null
            when 'result_before_sampling' then date_prelevement - interval '1 day'
            when 'sampled_after_delivery' then received_on::timestamp + interval '40 hours'
            else date_resultat
        end as date_resultat,
        spoil(bad, 'laboratory_pattern', 'lab n° 3', id_laboratoire) as id_laboratoire,
        spoil(bad, 'analysis_code', 'PCR', type_analyse) as type_analyse,
        case bad when 'missing_result' then null when 'result_code' then 'X' else resultat end as resultat,
        spoil(bad, 'sex_code', 'M', sexe) as sexe,
        case bad when 'age_max' then 134 when 'age_min' then -1 else age end as age,
        spoil(bad, 'commune_pattern', 'PARIS', commune_residence) as commune_residence,
        spoil(bad, 'departement_pattern', 'Ain', departement_residence) as departement_residence,
        case
            when bad = 'symptoms_code' then 'oui'
            when bad = 'onset_after_sampling' then 'O'
            when bad = 'onset_without_symptoms' then 'N'
            else symptomes
        end as symptomes,
        case
            when bad = 'symptoms_code' then null
            when bad = 'onset_after_sampling' then date_prelevement::date + 2
            when bad = 'onset_without_symptoms' then date_prelevement::date - 2
            when bad in ('sampling_min', 'variant_before_kits') then null
            else date_debut_symptomes
        end as date_debut_symptomes,
        spoil(bad, 'target_max', 2, criblage_a) as criblage_a,
        case bad when 'variant_code' then 'UK' when 'variant_before_kits' then 'V1' else criblage_variant end
            as criblage_variant
    )
from shaped;
