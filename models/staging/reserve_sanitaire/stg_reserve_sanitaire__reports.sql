-- One row per accepted row of every delivery: all versions of each report, under the project's names and vocabularies.
with reserve_sanitaire as (

    select * from {{ source('reserve_sanitaire', 'reserve_sanitaire') }}

),

stg_reserve_sanitaire__reports as (

    select
        id_releve as report_key,
        version as record_version,
        nature as record_kind,
        cellule as unit,
        region as reg,
        jour as day,
        coalesce(reservistes, 0) as reservists,
        delivery,
        line,
        coalesce(arrival, 0) as arrival,
        received_on
    from reserve_sanitaire
    where received_on <= date '{{ var("as_of") }}'

)

select * from stg_reserve_sanitaire__reports
