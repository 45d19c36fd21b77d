-- One row per accepted row of every delivery: all versions of each report, under the project's names and vocabularies.
with survesms as (

    select * from {{ source('survesms', 'survesms') }}

),

stg_survesms__reports as (

    select
        id_bilan as report_key,
        version as record_version,
        nature as record_kind,
        id_signalement as declaration_key,
        id_etablissement as establishment,
        case type_etablissement
            when 'EHPAD' then 'ehpad'
            when 'HANDICAP' then 'disability'
            when 'ENFANCE' then 'children'
            else 'other'
        end as establishment_kind,
        departement as dep,
        date_premiers_signes as signs_on,
        date_bilan as reported_at,
        case etape when 'INITIAL' then 'initial' when 'SUIVI' then 'update' else 'closing' end as phase,
        residents as residents_present,
        personnel as staff_present,
        cas_confirmes_residents as residents_confirmed,
        cas_possibles_residents as residents_possible,
        cas_confirmes_personnel as staff_confirmed,
        cas_possibles_personnel as staff_possible,
        deces_etablissement as deaths_home,
        deces_hopital as deaths_hospital,
        delivery,
        line,
        coalesce(arrival, 0) as arrival,
        received_on
    from survesms
    where received_on <= date '{{ var("as_of") }}'

)

select * from stg_survesms__reports
