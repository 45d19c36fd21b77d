-- The counts that the right pipeline finds: of the core alone, each case with the contacts that it named.
create or replace table truth_counts as
with named as (
    select
        case_h,
        count(*) as contacts
    from core
    where objet = 'CONTACT'
    group by case_h
)

select
    core.day,
    coalesce(core.dep, 'unknown') as dep,
    case
        when core.years is null then 'unknown'
        when core.years >= 90 then '90'
        else lpad((core.years // 10 * 10 + 9)::varchar, 2, '0')
    end as age10,
    case core.sexe when 'F' then 'F' when 'H' then 'M' else 'unknown' end as sex,
    coalesce(core.setting, 'unknown') as setting,
    count(*) filter (objet = 'CAS') as index_cases,
    count(*) filter (objet = 'CAS' and joint = 'O') as index_cases_reached,
    count(*) filter (objet = 'CAS' and named.contacts is null) as index_cases_without_contact,
    coalesce(sum(named.contacts) filter (objet = 'CAS'), 0)::bigint as contacts_named,
    count(*) filter (known_contact is not null) as index_cases_told,
    count(*) filter (known_contact = 'O') as index_cases_known,
    count(*) filter (objet = 'CONTACT') as contacts,
    count(*) filter (objet = 'CONTACT' and call_minute - minute < 1440) as contacts_called_within_24h,
    count(*) filter (became_on is not null) as contacts_became_cases
from core
left join named on core.case_h = named.case_h
group by all;
