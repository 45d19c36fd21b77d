-- One row per accepted row of every delivery: all versions of each opinion, under the project's names and vocabularies.
with analyse_risque as (

    select * from {{ source('analyse_risque', 'analyse_risque') }}

),

stg_analyse_risque__opinions as (

    select
        departement || ' ' || fin_semaine as opinion_key,
        version as record_version,
        nature as record_kind,
        departement as dep,
        fin_semaine as week_end,
        case vulnerabilite
            when 'LIMITEE' then 'limited' when 'MODEREE' then 'moderate' when 'ELEVEE' then 'high' else 'unknown'
        end as vulnerability,
        zone_circulation_active = 'O' as is_active_zone,
        delivery,
        line,
        coalesce(arrival, 0) as arrival,
        received_on
    from analyse_risque
    where received_on <= date '{{ var("as_of") }}'

)

select * from stg_analyse_risque__opinions
