-- Cases that are given the person of an earlier case of their series, more than 60 days before: possible
-- reinfections. Keys with an even bit only give their person, the others only take one, so that no chain has
-- to be followed, and a case that has repeat positives gives nothing. Givers and takers of a series meet by
-- their rank in a random order; those that meet too soon part again.
create or replace table reinfections as
with givers as (
    select
        series,
        day,
        unnest(range(stable_p)) as k,
        cell
    from keyed_cells
    where stable_p > 0 and day + 61 <= getvariable('last_day') and getvariable('reinfection') > 0
),

takers as (
    select
        series,
        day,
        -- Many more than will be asked for, yet not all cases of a large cell.
        unnest(range(least(stable_p, 20 + (4 * getvariable('reinfection') * stable_p)::bigint))) as k,
        cell
    from keyed_cells
    where stable_p > 0 and day - 61 >= getvariable('first_day') and getvariable('reinfection') > 0
),

ranked_givers as (
    select
        series,
        day,
        k,
        row_number() over (partition by series order by seeded(record_key(cell, true, k, 0), 'giver')) as rank
    from givers
    where
        pick(record_key(cell, true, k, 0), 'reinfection_side', 2) = 0
        and not occurs(record_key(cell, true, k, 0), 'repeat_positive', getvariable('repeat_positive'))
        and occurs(record_key(cell, true, k, 0), 'reinfection', least(1, 2 * getvariable('reinfection')))
),

ranked_takers as (
    select
        series,
        day,
        k,
        row_number() over (partition by series order by seeded(record_key(cell, true, k, 0), 'taker')) as rank
    from takers
    where pick(record_key(cell, true, k, 0), 'reinfection_side', 2) = 1
)

select
    ranked_takers.series,
    ranked_takers.day,
    ranked_takers.k,
    case_person(ranked_givers.series, ranked_givers.day, ranked_givers.k) as person
from ranked_givers
inner join ranked_takers
    on
        ranked_givers.series = ranked_takers.series
        and ranked_givers.rank = ranked_takers.rank
where ranked_takers.day - ranked_givers.day > 60;
