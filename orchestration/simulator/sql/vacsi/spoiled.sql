-- The faults of bad rows that have the type of their column.
create or replace view spoiled as
select
    * replace (
        spoil_key(bad, id_injection) as id_injection,
        case bad when 'missing_person' then null when 'person_pattern' then 'Durand' else id_personne end as id_personne,
        case bad when 'missing_centre' then null when 'centre_pattern' then 'centre 1' else id_centre end as id_centre,
        case bad
            when 'missing_date' then null
            when 'date_min' then date '2020-12-26'
            when 'after_delivery' then received_on + 1
            when 'product_before_authorisation' then date '2020-12-27'
            else date_injection
        end as date_injection,
        spoil(bad, 'rank_max', 10, rang) as rang,
        case bad
            when 'product_code' then '7'
            when 'product_before_authorisation' then '6'
            when 'date_min' then '1'
            when 'missing_date' then null
            else vaccin
        end as vaccin,
        spoil(bad, 'complete_code', '1', schema_complet) as schema_complet,
        spoil(bad, 'booster_min', 0, rappel) as rappel,
        spoil(bad, 'sex_code', 'M', sexe) as sexe,
        spoil(bad, 'age_max', 121, age) as age,
        spoil(bad, 'commune_pattern', 'Lyon', commune_residence) as commune_residence,
        spoil(bad, 'departement_pattern', 'Ain', departement_residence) as departement_residence,
        spoil(bad, 'injection_place_pattern', 'Ain', departement_injection) as departement_injection,
        spoil(bad, 'group_code', 'AUTRE', public) as public
    )
from shaped;
