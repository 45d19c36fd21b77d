-- A bad row is of a case or of a contact, as its fault asks, whatever the entry that it stands beside.
create or replace view bad_entries as
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
where shaped.kind = 'bad_row';

-- What a typed file carries: good rows, and the bad ones whose fault has the type of its column.
create or replace view typed_rows as
select * from shaped
where kind <> 'bad_row'
union all
select
    * replace (
        case bad when 'missing_id' then null when 'id_pattern' then 'no id!' else id_fiche end as id_fiche,
        spoil(bad, 'version_min', 0, version) as version,
        spoil(bad, 'nature_code', 'update', nature) as nature,
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
from bad_entries
where not is_text_only(r);

-- The same as lines of text, and the faults that only text can have.
create or replace view text_rows as
with as_text as (
    select * from typed_rows
    union all
    select * from bad_entries
    where is_text_only(r)
)

select
    file,
    r,
    version,
    is_parquet,
    concat_ws(
        ';',
        coalesce(id_fiche, ''),
        case when bad = 'version_type' then 'v1' else version::varchar end,
        nature,
        objet,
        coalesce(id_personne, ''),
        id_plateforme,
        coalesce(id_cas, ''),
        coalesce(date_confirmation::varchar, ''),
        coalesce(date_debut_symptomes::varchar, ''),
        coalesce(strftime(date_identification, '%Y-%m-%dT%H:%M'), ''),
        case when bad = 'call_type' then 'hier' else coalesce(strftime(date_appel, '%Y-%m-%dT%H:%M'), '') end,
        coalesce(joint, ''),
        coalesce(deja_contact, ''),
        coalesce(lien, ''),
        coalesce(date_devenu_cas::varchar, ''),
        coalesce(sexe, ''),
        coalesce(age::varchar, '')
    )
    || case bad
        when 'too_few_fields' then ''
        when 'too_many_fields' then ';' || coalesce(departement_residence, '') || ';?'
        else ';' || coalesce(departement_residence, '')
    end as line
from as_text;
