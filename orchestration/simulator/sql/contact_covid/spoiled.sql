-- The faults of bad rows that have the type of their column.
create or replace view spoiled as
-- A bad row is of a case or of a contact, as its fault asks, whatever the entry that it stands beside.
with bad_entries as (
    select
        shaped.* replace (
            entry.objet as objet,
            case when entry.objet = 'CONTACT' then coalesce(shaped.id_cas, shaped.id_fiche) end as id_cas,
            case when entry.objet = 'CAS' then entry.day end as date_confirmation,
            case when entry.objet = 'CONTACT' then entry.day + interval 10 hour end as date_identification,
            null::date as date_debut_symptomes,
            null::timestamp as date_appel,
            null::date as date_devenu_cas
        )
    from shaped
    cross join lateral (
        select
            case
                when shaped.bad in (
                    'case_unconfirmed', 'confirmation_min', 'confirmation_after_delivery', 'onset_after_test'
                ) then 'CAS'
                when shaped.bad in (
                    'contact_of_nobody', 'contact_unidentified', 'identification_after_delivery', 'case_before',
                    'case_after_delivery'
                ) then 'CONTACT'
                else shaped.objet
            end as objet,
            coalesce(shaped.date_confirmation, shaped.date_identification::date) as day
    ) as entry
)

select
    * replace (
        spoil_key(bad, id_fiche) as id_fiche,
        spoil(bad, 'object_code', 'CLUSTER', objet) as objet,
        case bad when 'missing_person' then null when 'person_pattern' then 'Durand' else id_personne end as id_personne,
        spoil(bad, 'platform_pattern', 'plateforme 1', id_plateforme) as id_plateforme,
        spoil(bad, 'contact_of_nobody', null, id_cas) as id_cas,
        case bad
            when 'case_unconfirmed' then null
            when 'confirmation_min' then date '2020-05-12'
            when 'confirmation_after_delivery' then received_on + 1
            else date_confirmation
        end as date_confirmation,
        case bad
            when 'contact_unidentified' then null
            when 'identification_after_delivery' then received_on + interval 1 day
            else date_identification
        end as date_identification,
        spoil(bad, 'onset_after_test', date_confirmation + 1, date_debut_symptomes) as date_debut_symptomes,
        case bad
            when 'call_before' then coalesce(date_identification, date_confirmation::timestamp) - interval 1 minute
            when 'call_after_delivery' then received_on + interval 1 day
            else date_appel
        end as date_appel,
        spoil(bad, 'reached_code', '1', joint) as joint,
        spoil(bad, 'known_code', '1', deja_contact) as deja_contact,
        spoil(bad, 'link_code', 'AMI', lien) as lien,
        case bad
            when 'case_before' then date_identification::date - 1
            when 'case_after_delivery' then received_on + 1
            else date_devenu_cas
        end as date_devenu_cas,
        spoil(bad, 'sex_code', 'M', sexe) as sexe,
        spoil(bad, 'age_max', 121, age) as age,
        spoil(bad, 'departement_pattern', 'Ain', departement_residence) as departement_residence
    )
from bad_entries;
