-- What each case and each contact brings to the figures, and where it counts. A person whom a case names twice is one
-- contact of it, by the first time; a contact of whom the case is not there, not yet or no more, is a contact all the
-- same.
with records as (

    select * from {{ ref('int_contact_tracing__records') }}

),

contacts as (

    select * from records
    where entry = 'contact'
    qualify
        row_number() over (partition by sign, case_key, person_key order by identified_at, entry_key) = 1

),

contacts_of_cases as (

    select
        sign,
        case_key,
        count(*) as contacts_named
    from contacts
    group by sign, case_key

),

entries as (

    select
        records.*,
        coalesce(contacts_of_cases.contacts_named, 0) as contacts_named
    from records
    left join contacts_of_cases
        on records.sign = contacts_of_cases.sign and records.case_key = contacts_of_cases.case_key
    where records.entry = 'case'
    union all
    select
        *,
        null as contacts_named
    from contacts

),

int_contact_tracing__facts as (

    select
        entries.sign,
        entries.reason,
        entries.registered_on as day,
        entries.dep as place,
        entries.sex,
        coalesce(ages.age_band, 'unknown') as age_band,
        entries.entry,
        entries.contacts_named::smallint as contacts_named,
        entries.onset_delay_days,
        entries.case_call_delay_days,
        entries.contact_call_delay_hours,
        entries.is_reached,
        entries.is_known_contact,
        entries.setting,
        entries.became_case_on
    from entries
    left join {{ ref('age_years') }} as ages on entries.age = ages.age

)

select * from int_contact_tracing__facts
