-- One row per accepted row of every delivery: all versions of each report, under the project's names and vocabularies.
with vaccine_logistics as (

    select * from {{ source('vaccine_logistics', 'vaccine_logistics') }}

),

stg_vaccine_logistics__reports as (

    select
        id_releve as report_key,
        version as record_version,
        nature as record_kind,
        depot,
        departement as dep,
        {{ vaccine_named('vaccin') }} as vaccine,
        fin_semaine as week_end,
        coalesce(doses_livrees, 0) as doses_delivered,
        coalesce(doses_en_stock, 0) as doses_in_stock,
        delivery,
        line,
        coalesce(arrival, 0) as arrival,
        received_on
    from vaccine_logistics
    where received_on <= date '{{ var("as_of") }}'

)

select * from stg_vaccine_logistics__reports
