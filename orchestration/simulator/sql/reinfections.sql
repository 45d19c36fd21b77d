-- Cases that are given the person of an earlier case, more than 60 days before: possible reinfections.
-- The earlier case decides; keys with an even bit only give their person, the others only take one, so that
-- no chain has to be followed, and a case that has repeat positives gives nothing.
create or replace table reinfections as
with earlier as (
    select
        series,
        day,
        unnest(range(stable_p)) as k,
        cell
    from keyed_cells
    where stable_p > 0 and day + 61 <= getvariable('last_day')
),

keyed as (
    select
        *,
        record_key(cell, true, k, 0) as h
    from earlier
),

given as (
    select
        series,
        day,
        k,
        day + 61 + pick(h, 'reinfection_day', 60) as later_day
    from keyed
    where
        pick(h, 'reinfection_side', 2) = 0
        and not occurs(h, 'repeat_positive', getvariable('repeat_positive'))
        and occurs(h, 'reinfection', least(1, 2 * getvariable('reinfection')))
)

select
    given.series,
    given.later_day as day,
    given.k,
    -- Two earlier cases may ask for the same later one: the first in time has it.
    arg_min(case_person(given.series, given.day, given.k), given.day) as person
from given
inner join keyed_cells as later
    on
        later.series = given.series
        and later.day = given.later_day
        and later.stable_p > given.k
where pick(record_key(later.cell, true, given.k, 0), 'reinfection_side', 2) = 1
group by given.series, given.later_day, given.k;
