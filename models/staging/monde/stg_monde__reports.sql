-- One row per accepted row of every delivery: all versions of each report, under the project's names and vocabularies.
with monde as (

    select * from {{ source('monde', 'monde') }}

),

stg_monde__reports as (

    select
        id_releve as report_key,
        version as record_version,
        nature as record_kind,
        pays as country,
        continent,
        jour as day,
        coalesce(cas, 0) as cases,
        coalesce(deces, 0) as deaths,
        delivery,
        line,
        coalesce(arrival, 0) as arrival,
        received_on
    from monde
    where received_on <= date '{{ var("as_of") }}'

)

select * from stg_monde__reports
