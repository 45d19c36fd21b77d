-- One row per accepted row of every delivery: all versions of each weekly report of a practice, under the project's
-- names and vocabularies. The week is that of ISO 8601, written 2021-S05 or 202105.
with sentinelles as (

    select
        *,
        strptime(left(semaine, 4) || '-W' || right(semaine, 2) || '-7', '%G-W%V-%u')::date as week_end
    from {{ source('sentinelles', 'sentinelles') }}
    where received_on <= date '{{ var("as_of") }}'

),

stg_sentinelles__reports as (

    select
        id_releve as report_key,
        version as record_version,
        nature as record_kind,
        cabinet as practice,
        week_end,
        coalesce(case when length(region) = 1 then '0' || region else region end, 'unknown') as reg,
        patientele as patients,
        coalesce(cas_ira, 0) as cases,
        coalesce(preleves, 0) as samples,
        coalesce(positifs, 0) as positives,
        delivery,
        line,
        coalesce(arrival, 0) as arrival,
        received_on
    from sentinelles

)

select * from stg_sentinelles__reports
