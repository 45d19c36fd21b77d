-- One row per accepted row of every delivery: all versions of each result, under the project's names and vocabularies.
with sidep as (

    select * from {{ source('sidep', 'sidep') }}

),

stg_sidep__results as (

    select
        id_resultat as result_key,
        version as record_version,
        nature as record_kind,
        id_personne as person_key,
        date_prelevement as sampled_at,
        date_prelevement::date as sampled_on,
        date_sub('hour', date_prelevement, date_resultat)::integer as result_delay_hours,
        id_laboratoire as laboratory,
        case type_analyse
            when 'RT-PCR' then 'rt_pcr' when 'ANTIGENIQUE' then 'antigenic' when 'SEROLOGIE' then 'serology'
        end as analysis,
        case resultat when 'P' then 'positive' when 'N' then 'negative' when 'I' then 'inconclusive' end as result,
        case sexe when 'F' then 'F' when 'H' then 'M' else 'unknown' end as sex,
        coalesce(age, -1) as age,
        coalesce(
            departement_residence,
            {{ departement_of('commune_residence') }},
            {{ departement_of('iris_residence') }},
            'unknown'
        ) as dep,
        coalesce(iris_residence[:5], commune_residence, 'unknown') as com,
        coalesce(iris_residence, 'unknown') as iris,
        case symptomes when 'O' then 'symptomatic' when 'N' then 'asymptomatic' else 'unknown' end as symptoms,
        date_prelevement::date - date_debut_symptomes as onset_delay_days,
        criblage_a as target_a,
        criblage_b as target_b,
        criblage_c as target_c,
        criblage_d as target_d,
        case criblage_variant
            when 'V1' then 'alpha'
            when 'V2_3' then 'beta_or_gamma'
            when 'IND' then 'not_identified'
            when 'ABS' then 'none'
        end as suspected_variant,
        delivery,
        line,
        coalesce(arrival, 0) as arrival,
        received_on
    from sidep
    where received_on <= date '{{ var("as_of") }}'

)

select * from stg_sidep__results
