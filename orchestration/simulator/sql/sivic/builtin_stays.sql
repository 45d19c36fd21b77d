-- The course of each stay of `admissions`, as days of declaration, and of the stay that follows a transfer. What is
-- declared after the last day is not known yet.
create or replace macro nights(h, question, mean) as
    least(60, 1 + floor(-mean * ln(1 - uniform(h, question))))::integer;

-- The day on which an event is declared: that of the catch-up in the hospital that has one; never once the stay is
-- removed, nor after the last day.
create or replace macro told_on(day, removed_on, caught_up_on, days) as
    case
        when day >= removed_on then null
        when day between caught_up_on - days and caught_up_on then caught_up_on
        when day <= getvariable('last_day') then day
    end;

create or replace table stays as
with drawn as (
    select
        h,
        seeded(h, 'person') as person,
        dep,
        dep as home_dep,
        sex,
        age_from,
        'ADMISSION' as entry,
        day as entered_on,
        uniform(h, 'gravity') < gravity as is_grave,
        uniform(h, 'lethality') < lethality as is_deadly,
        occurs(h, 'transfer', getvariable('transfer')) as is_transferred
    from admissions
),

-- A transfer happens in the first days; two times in three the next hospital is of the same département.
after_transfer as (
    select
        seeded(h, 'next stay') as h,
        person,
        case
            when pick(h, 'next_place', 3) > 0 then dep
            else getvariable('dep_codes')[1 + pick(h, 'next_dep', len(getvariable('dep_codes')))]
        end as dep,
        home_dep,
        sex,
        age_from,
        'TRANSFERT_ENTRANT' as entry,
        entered_on + nights(h, 'until_transfer', 3) as entered_on,
        is_grave,
        is_deadly,
        false as is_transferred
    from drawn
    where is_transferred
),

courses as (
    select
        *,
        is_grave and occurs(h, 'direct', case when entry = 'ADMISSION' then 0.35 else 0.9 end) as is_critical_entry,
        case
            when is_grave and not is_critical_entry and not is_transferred
                then entered_on + floor(6 * power(uniform(h, 'until_critical'), 2))::integer
        end as critical_on,
        is_deadly and (not is_grave or occurs(h, 'death_in_critical', 0.7)) as is_without_recovery,
        case
            when is_grave and not is_without_recovery and not is_transferred
                then coalesce(critical_on, entered_on) + nights(h, 'critical', 10)
        end as stepped_on,
        case
            when is_transferred then entered_on + nights(h, 'until_transfer', 3)
            when is_grave and is_without_recovery then coalesce(critical_on, entered_on) + nights(h, 'until_death', 9)
            when is_grave then stepped_on + nights(h, 'recovery', 8)
            else entered_on + nights(h, 'stay', 8)
        end as ended_on,
        case when is_transferred then 'TRANSFERT_SORTANT' when is_deadly then 'DECES' else 'RETOUR_DOMICILE' end as exit
    from (
        select * from drawn
        union all
        select * from after_transfer
    )
),

-- Hardly anybody goes home on a Sunday.
rested as (
    select
        *,
        ended_on
        + (exit = 'RETOUR_DOMICILE' and isodow(ended_on) = 7 and occurs(h, 'sunday', 0.6))::integer as exited_on,
        case
            when occurs(h, 'removal', getvariable('removal')) then entered_on + 1 + pick(h, 'removed', 12)
        end as removed_on
    from courses
),

housed as (
    select
        rested.* exclude (ended_on),
        finess_of(rested.dep, hospital_number(rested.h, hospitals.hospitals)) as finess
    from rested
    inner join hospitals on rested.dep = hospitals.dep and hospitals.number = 1
)

select
    housed.h,
    housed.person,
    housed.dep,
    housed.home_dep,
    housed.sex,
    (housed.age_from + floor(10 * uniform(housed.person, 'age')))::smallint as years,
    housed.finess,
    housed.entry,
    housed.is_critical_entry,
    told_on(housed.entered_on, null, catch_ups.day, catch_ups.days) as entered_on,
    told_on(housed.critical_on, housed.removed_on, catch_ups.day, catch_ups.days) as critical_on,
    told_on(housed.stepped_on, housed.removed_on, catch_ups.day, catch_ups.days) as stepped_on,
    housed.exit,
    told_on(housed.exited_on, housed.removed_on, catch_ups.day, catch_ups.days) as exited_on,
    null::varchar as outcome,
    null::date as outcome_on,
    told_on(housed.removed_on, null, catch_ups.day, catch_ups.days) as removed_on
from housed
left join catch_ups on housed.finess = catch_ups.finess
where told_on(housed.entered_on, null, catch_ups.day, catch_ups.days) is not null;
