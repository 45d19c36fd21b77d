-- One row per accepted row of every delivery: all versions of each event, under the project's names and vocabularies.
with sivic as (

    select * from {{ source('sivic', 'sivic') }}

),

stg_sivic__events as (

    select
        id_evenement as event_key,
        version as record_version,
        nature as record_kind,
        id_patient as person_key,
        id_sejour as stay_key,
        coalesce(finess, 'unknown') as finess,
        departement_hopital as dep,
        case type_evenement
            when 'ADMISSION' then 'admission'
            when 'CHANGEMENT_UNITE' then 'unit_change'
            when 'TRANSFERT_SORTANT' then 'transfer_out'
            when 'TRANSFERT_ENTRANT' then 'transfer_in'
            when 'RETOUR_DOMICILE' then 'discharge'
            when 'DECES' then 'death'
            when 'RETRAIT' then 'removal'
        end as event,
        case unite
            when 'CONVENTIONNELLE' then 'conventional'
            when 'SOINS_CRITIQUES' then 'critical'
            when 'SSR' then 'follow_up'
            when 'AUTRE' then 'other'
            else 'unknown'
        end as unit,
        date_evenement as occurred_at,
        date_evenement::date as occurred_on,
        date_declaration as declared_at,
        date_declaration::date as declared_on,
        case sexe when 'F' then 'F' when 'H' then 'M' else 'unknown' end as sex,
        coalesce(age, -1) as age,
        coalesce(departement_residence, {{ departement_of('commune_residence') }}, 'unknown') as residence_dep,
        coalesce(commune_residence, 'unknown') as residence_com,
        case motif when 'POUR' then 'for' when 'AVEC' then 'with' else 'unknown' end as cause,
        delivery,
        line,
        coalesce(arrival, 0) as arrival,
        received_on
    from sivic
    where received_on <= date '{{ var("as_of") }}'

)

select * from stg_sivic__events
