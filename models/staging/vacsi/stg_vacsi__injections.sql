-- One row per accepted row of every delivery: all versions of each injection, under the project's names and
-- vocabularies.
with vacsi as (

    select * from {{ source('vacsi', 'vacsi') }}

),

stg_vacsi__injections as (

    select
        id_injection as injection_key,
        version as record_version,
        nature as record_kind,
        id_personne as person_key,
        id_centre as centre,
        date_injection as injected_on,
        coalesce(rang, -1) as dose,
        {{ vaccine_named('vaccin') }} as vaccine,
        coalesce(vaccin in ({{ quoted(bivalent_codes()) }}), false) as is_bivalent,
        coalesce(schema_complet = 'O', false) as is_complete,
        coalesce(rappel, 0) as booster,
        case sexe when 'F' then 'F' when 'H' then 'M' else 'unknown' end as sex,
        coalesce(age, -1) as age,
        coalesce(departement_residence, {{ departement_of('commune_residence') }}, 'unknown') as dep,
        coalesce(commune_residence, 'unknown') as com,
        coalesce(departement_injection, 'unknown') as injection_dep,
        case public
            when 'RESIDENT' then 'resident'
            when 'PROFESSIONNEL' then 'staff'
            when 'LIBERAL' then 'liberal'
            when 'SOIGNANT' then 'carer'
            else 'other'
        end as target_group,
        delivery,
        line,
        coalesce(arrival, 0) as arrival,
        received_on
    from vacsi
    where received_on <= date '{{ var("as_of") }}'

)

select * from stg_vacsi__injections
