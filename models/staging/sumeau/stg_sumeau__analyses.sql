-- One row per accepted row of every delivery: all versions of each analysis of waste water, under the project's names.
-- A plant is known by its name, in capitals, without accents, with a blank where there are hyphens, apostrophes or
-- blanks: written in two ways it would count twice in France. The week is that of ISO 8601.
with sumeau as (

    select * from {{ source('sumeau', 'sumeau') }}
    where received_on <= date '{{ var("as_of") }}'

),

stg_sumeau__analyses as (

    select
        id_analyse as analysis_key,
        version as record_version,
        nature as record_kind,
        laboratoire as laboratory,
        upper(strip_accents(trim(regexp_replace(station, '[ ''-]+', ' ', 'g')))) as station,
        coalesce(departement, 'unknown') as dep,
        population_raccordee as population_served,
        (date_trunc('week', date_prelevement) + interval 6 day)::date as week_end,
        charge_virale as viral_load,
        remarque = '1' as is_quantified,
        azote_ammoniacal as ammonium,
        delivery,
        line,
        coalesce(arrival, 0) as arrival,
        received_on
    from sumeau

)

select * from stg_sumeau__analyses
