-- One row per accepted row of every delivery: all versions of each visit, under the project's names and vocabularies.
with oscour as (

    select * from {{ source('oscour', 'oscour') }}

),

visits as (

    select
        *,
        date_entree::date as entered_on,
        -- Hospitals write codes with the point or without it.
        replace(diagnostic_principal, '.', '') as principal,
        replace(diagnostics_associes, '.', '') as associated,
        ',' || concat_ws(',', principal, associated) || ',' as codes
    from oscour
    where received_on <= date '{{ var("as_of") }}'

),

stg_oscour__visits as (

    select
        visits.id_passage as visit_key,
        visits.version as record_version,
        visits.nature as record_kind,
        visits.finess,
        visits.departement as dep,
        visits.date_entree as entered_at,
        visits.entered_on,
        case visits.sexe when 'F' then 'F' when 'H' then 'M' else 'unknown' end as sex,
        coalesce(ages.age_band, 'unknown') as age_band,
        coalesce(visits.principal, 'unknown') as diagnosis,
        coalesce(visits.associated, '') as associated_diagnoses,
        visits.codes <> ',,' as is_coded,
        {{ suspected_covid('oscour', 'visits.codes', 'visits.entered_on') }} as is_covid,
        case
            when visits.orientation in ('MUTATION', 'TRANSFERT') then 'hospitalised'
            when visits.orientation = 'DOMICILE' then 'home'
            when visits.orientation = 'DECES' then 'death'
            else 'unknown'
        end as outcome,
        visits.delivery,
        visits.line,
        coalesce(visits.arrival, 0) as arrival,
        visits.received_on
    from visits
    left join {{ ref('sursaud_ages') }} as ages
        on visits.classe_age = ages.code and visits.entered_on between ages.valid_from and ages.valid_until

)

select * from stg_oscour__visits
