-- The entries that alone give the counts, each as it stands at last. What becomes of a person (the call, and of a contact
-- whether she became a case) is known once it has happened: where that is after the entry was first received, the entry
-- comes twice, the second time as version 2.
create or replace table core as
with described as (
    select
        *,
        seeded(h, 'person') as person,
        case
            when not occurs(h, 'called', 0.9) then null
            when objet = 'CAS' then minute + 480 + floor(4320 * power(uniform(h, 'call'), 2))::integer
            else minute + 30 + floor(5000 * power(uniform(h, 'call'), 2.5))::integer
        end as call_minute,
        case
            when objet = 'CONTACT' and occurs(h, 'became_case', getvariable('became_case'))
                then day + floor(12 * uniform(h, 'became'))::integer
        end as became_on,
        case when occurs(h, 'symptoms', 0.7) then day - floor(9 * power(uniform(h, 'onset'), 1.5))::integer end as onset_on,
        case
            when occurs(h, 'unknown_place', getvariable('unknown_place')) then null
            -- A contact lives where the case does, as a rule.
            when objet = 'CONTACT' and occurs(h, 'lives_near', 0.8) then floor(1048576 * uniform(case_h, 'home'))::integer
            else floor(1048576 * uniform(h, 'home'))::integer
        end as slot
    from drawn
),

followed as (
    select
        described.* exclude (slot),
        slots.dep,
        calendar.received_on as first_received_on,
        -- When the last of it is told: a day that the deliveries may not reach.
        greatest(
            coalesce(minute_time(call_minute)::date, described.day), coalesce(became_on, described.day)
        ) + 1 + pick(h, 'told', 3) as told_on
    from described
    inner join calendar on calendar.day = described.day + arrival_delay(uniform(h, 'arrival'), getvariable('late'))
    left join slots on described.slot = slots.slot
),

standing as (
    select
        *,
        told_on <= getvariable('last_receipt') as is_told,
        told_on > first_received_on and told_on <= getvariable('last_receipt') as is_told_later
    from followed
)

select
    objet,
    h,
    case_h,
    person,
    day,
    true as is_stable,
    case when is_told_later then 2 else 1 end as version,
    case when is_told_later then 'correction' else 'new' end as nature,
    minute,
    case when is_told then call_minute end as call_minute,
    case
        when not is_told then null
        when call_minute is not null and occurs(h, 'reached', 0.92) then 'O'
        else 'N'
    end as joint,
    case when is_told then became_on end as became_on,
    case when objet = 'CAS' then onset_on end as onset_on,
    case
        when objet = 'CONTACT' or occurs(h, 'unsaid', getvariable('unsaid')) then null
        when occurs(h, 'was_contact', 0.3) then 'O'
        else 'N'
    end as known_contact,
    case
        when objet = 'CAS' or occurs(h, 'unsaid', getvariable('unsaid')) then null
        when occurs(h, 'household', 0.55) then 'FOYER'
        else 'AUTRE'
    end as setting,
    case
        when occurs(h, 'unknown_sex', getvariable('unknown_sex')) then null
        when uniform(h, 'sex') < 0.52 then 'F'
        else 'H'
    end as sexe,
    case
        when occurs(h, 'unknown_age', getvariable('unknown_age')) then null
        else floor(95 * power(uniform(h, 'age'), 1.2))::integer
    end as years,
    dep,
    platform_of(h, dep) as platform,
    first_received_on,
    case when is_told_later then told_on else first_received_on end as received_on
from standing;
