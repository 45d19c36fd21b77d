-- One row per accepted row of every delivery: all versions of each sample, under the project's names and vocabularies.
-- What is indeterminate or not tested yet is neither found nor not found.
with seroprev as (

    select * from {{ source('seroprev', 'seroprev') }}
    where received_on <= date '{{ var("as_of") }}'

),

stg_seroprev__samples as (

    select
        id_echantillon as sample_key,
        version as record_version,
        nature as record_kind,
        id_personne as person_key,
        laboratoire as laboratory,
        vague as wave,
        debut_vague as wave_from,
        fin_vague as wave_until,
        coalesce(poids, 0) as weight,
        strate as sample_stratum,
        case sexe when 'F' then 'F' when 'H' then 'M' else 'unknown' end as sex,
        coalesce(age, -1) as age,
        coalesce(case when length(region) = 1 then '0' || region else region end, 'unknown') as reg,
        case resultat when 'P' then true when 'N' then false end as has_antibodies,
        delivery,
        line,
        coalesce(arrival, 0) as arrival,
        received_on
    from seroprev

)

select * from stg_seroprev__samples
