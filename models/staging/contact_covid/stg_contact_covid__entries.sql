-- One row per accepted row of every delivery: all versions of each entry, of a case or of a contact, under the
-- project's names and vocabularies. A case stands under its own entry, a contact under that of the case.
with contact_covid as (

    select * from {{ source('contact_covid', 'contact_covid') }}

),

stg_contact_covid__entries as (

    select
        id_fiche as entry_key,
        version as record_version,
        nature as record_kind,
        case objet when 'CAS' then 'case' else 'contact' end as entry,
        coalesce(id_cas, id_fiche) as case_key,
        id_personne as person_key,
        id_plateforme as platform,
        coalesce(date_identification::date, date_confirmation) as registered_on,
        date_identification as identified_at,
        (date_confirmation - date_debut_symptomes)::integer as onset_delay_days,
        case when objet = 'CAS' then date_appel::date - date_confirmation end::integer as case_call_delay_days,
        floor((epoch(date_appel) - epoch(date_identification)) / 3600)::integer as contact_call_delay_hours,
        joint = 'O' as is_reached,
        deja_contact = 'O' as is_known_contact,
        case lien when 'FOYER' then 'household' when 'AUTRE' then 'other' else 'unknown' end as setting,
        date_devenu_cas as became_case_on,
        case sexe when 'F' then 'F' when 'H' then 'M' else 'unknown' end as sex,
        coalesce(age, -1) as age,
        coalesce(departement_residence, 'unknown') as dep,
        delivery,
        line,
        coalesce(arrival, 0) as arrival,
        received_on
    from contact_covid
    where received_on <= date '{{ var("as_of") }}'

)

select * from stg_contact_covid__entries
