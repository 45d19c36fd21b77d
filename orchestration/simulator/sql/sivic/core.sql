-- The events of the stays: those that alone give the counts. A stay keeps the sex, age and home of its patient.
create or replace table core as
with told as (
    select
        *,
        occurs(h, 'unknown_age', getvariable('unknown_age')) as is_age_unknown,
        case
            when occurs(person, 'away', getvariable('away')) then floor(1048576 * uniform(person, 'home'))
            else slot_from + floor((slot_to - slot_from) * uniform(person, 'home'))
        end::integer as slot,
        -- Long stays end in follow-up care.
        case
            when
                exited_on - coalesce(stepped_on, entered_on) > 9
                and (stepped_on is not null or critical_on is null and not is_critical_entry)
                and occurs(h, 'follow_up', getvariable('follow_up'))
                then exited_on - 2 - pick(h, 'follow_up_days', 5)
        end as follow_up_on
    from stays
    inner join intervals on stays.home_dep = intervals.geo_code and intervals.geo_level = 'DEP'
),

events as (
    select
        * exclude (entry, exit, outcome, entered_on, critical_on, stepped_on, follow_up_on, exited_on, outcome_on),
        unnest(
            [
                {'step': 1, 'type': entry, 'unit': case when is_critical_entry then 'SOINS_CRITIQUES' when
                    pick(h, 'other_unit', 20) = 0 then 'AUTRE' else 'CONVENTIONNELLE' end, 'day': entered_on},
                {'step': 2, 'type': 'CHANGEMENT_UNITE', 'unit': 'SOINS_CRITIQUES', 'day': critical_on},
                {'step': 3, 'type': 'CHANGEMENT_UNITE', 'unit': 'CONVENTIONNELLE', 'day': stepped_on},
                {'step': 4, 'type': 'CHANGEMENT_UNITE', 'unit': 'SSR', 'day': follow_up_on},
                {'step': 5, 'type': exit, 'unit': null, 'day': exited_on},
                {'step': 6, 'type': outcome, 'unit': null, 'day': outcome_on},
                {'step': 7, 'type': 'RETRAIT', 'unit': null, 'day': removed_on}
            ],
            recursive := true
        )
    from told
),

keyed as (
    select
        *,
        hash(hash(h, step)) as event,
        day_number(day) * 1440 + 400 + step * 120 + pick(hash(hash(h, step)), 'minute', 110) as declared_minute
    from events
    where day is not null
),

-- Most is declared within hours; deaths of some, and all that a hospital catches up with, days or weeks later.
delayed as (
    select
        keyed.*,
        catch_ups.day is not null and keyed.step <> 7 as is_caught_up,
        case
            when catch_ups.day is not null and keyed.step <> 7
                then 1440 * pick(keyed.event, 'caught_up_days', catch_ups.days)
            when keyed.type = 'DECES' and occurs(keyed.event, 'late_death', getvariable('late_death'))
                then 1440 * (3 + pick(keyed.event, 'late_death_days', 18))
            else 0
        end + 15 + floor(1800 * power(uniform(keyed.event, 'declaration'), 3))::bigint as delay
    from keyed
    left join catch_ups on keyed.finess = catch_ups.finess and keyed.day = catch_ups.day
    -- A hospital that is silent says nothing of follow-up care either.
    anti join catch_ups as silent
        on
            keyed.step = 4
            and keyed.finess = silent.finess
            and keyed.day between silent.day - silent.days and silent.day - 1
),

-- What happened later in a stay is never declared as earlier.
ordered as (
    select
        *,
        max(greatest(declared_minute - delay, 1440)) over (partition by h order by step) + step as occurred_minute
    from delayed
)

select
    ordered.event as h,
    ordered.h as stay,
    ordered.person,
    ordered.day,
    true as is_stable,
    1 as version,
    'new' as nature,
    ordered.step,
    ordered.is_caught_up,
    ordered.dep,
    ordered.finess,
    ordered.type,
    ordered.unit,
    ordered.occurred_minute,
    ordered.declared_minute,
    sex_sent(ordered.sex) as sexe,
    case when not ordered.is_age_unknown then ordered.years end as years,
    slots.dep as home,
    slots.com,
    calendar.received_on
from ordered
inner join slots on ordered.slot = slots.slot
inner join calendar
    on
        calendar.day
        = greatest(ordered.day, getvariable('first_day')) + receipt_delay(ordered.event, getvariable('late'));
