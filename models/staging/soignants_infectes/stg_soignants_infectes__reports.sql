-- One row per accepted row of every delivery: all versions of each report, under the project's names and vocabularies.
with soignants_infectes as (

    select * from {{ source('soignants_infectes', 'soignants_infectes') }}

),

stg_soignants_infectes__reports as (

    select
        id_releve as report_key,
        version as record_version,
        nature as record_kind,
        etablissement as establishment,
        region as reg,
        fin_semaine as week_end,
        coalesce(professionnels_infectes, 0) as infected,
        delivery,
        line,
        coalesce(arrival, 0) as arrival,
        received_on
    from soignants_infectes
    where received_on <= date '{{ var("as_of") }}'

)

select * from stg_soignants_infectes__reports
