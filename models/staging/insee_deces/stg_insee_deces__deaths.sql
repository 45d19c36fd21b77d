-- One row per accepted row of every delivery: all versions of each death, under the project's names and vocabularies.
with insee_deces as (

    select * from {{ source('insee_deces', 'insee_deces') }}

),

stg_insee_deces__deaths as (

    select
        deaths.id_deces as death_key,
        deaths.version as record_version,
        deaths.nature as record_kind,
        deaths.commune as com,
        {{ departement_of('deaths.commune') }} as dep,
        coalesce(deaths.envoi_depuis::varchar, 'none') as transmits_since,
        deaths.date_deces as died_on,
        deaths.date_transmission as transmitted_on,
        case deaths.sexe when 'F' then 'F' when 'H' then 'M' else 'unknown' end as sex,
        coalesce(deaths.age, -1) as age,
        coalesce(classes.age_class, 'unknown') as age_band,
        coalesce(deaths.reprise = 'O', false) as is_history,
        coalesce(deaths.envoi_depuis <= deaths.date_deces, false) as is_electronic,
        deaths.date_transmission <= deaths.date_deces + 7 as is_soon,
        -- From the Sunday that ends the week of the death; what is transmitted until then is of a week of age 0.
        greatest(
            0, ceil((deaths.date_transmission - deaths.date_deces - 7 + isodow(deaths.date_deces)) / 7.0)
        )::smallint as weeks_old,
        deaths.delivery,
        deaths.line,
        coalesce(deaths.arrival, 0) as arrival,
        deaths.received_on
    from insee_deces as deaths
    left join {{ ref('age_classes') }} as classes
        on classes.age_scheme = 'mortality' and deaths.age between classes.lower_age and classes.upper_age
    where deaths.received_on <= date '{{ var("as_of") }}'

)

select * from stg_insee_deces__deaths
