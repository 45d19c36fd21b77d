-- A made-up epidemic of stays: waves about 75 days apart that do not strike the regions at the same time, fewer
-- admissions declared at weekends, more and graver ones among the old. It begins six weeks before the first day, so
-- that patients are there when that comes.
create or replace table admissions as
with days as (
    select
        unnest(range(getvariable('first_day')::timestamp - interval 42 day, getvariable('last_day') + interval 1 day,
            interval 1 day))::date as day
),

located as (
    select
        dep,
        sum(population) as population,
        pick(hash(hash(getvariable('seed')::bigint, any_value(reg))), 'phase', 21) - 10 as phase
    from places
    group by dep
),

waves as (
    select
        75 * number + pick(h, 'centre', 40) as centre,
        14 + pick(h, 'width', 10) as width,
        0.35 + 0.65 * uniform(h, 'height') as height
    from (select unnest(range(-4, 60)) as number)
    cross join lateral (select hash(hash(getvariable('seed')::bigint, number)) as h)
),

levels as (
    select
        days.day,
        located.dep,
        located.population
        * [1.15, 1.15, 1.08, 1.05, 1.05, 0.8, 0.72][isodow(days.day)]
        * (
            0.1 + sum(
                waves.height
                * exp(-power((day_number(days.day) + located.phase - waves.centre) / waves.width, 2) / 2)
            )
        ) as level
    from days
    cross join located
    inner join waves on abs(day_number(days.day) + located.phase - waves.centre) < 5 * waves.width
    group by days.day, located.dep, located.population
),

-- Share of admissions, in critical care sooner or later, dead in hospital.
ages as (
    select *
    from
        (
            values (0, 0.012, 0.05, 0.005), (10, 0.01, 0.06, 0.005), (20, 0.025, 0.08, 0.006), (30, 0.045, 0.12, 0.01),
            (40, 0.07, 0.17, 0.025), (50, 0.12, 0.24, 0.05), (60, 0.18, 0.28, 0.12), (70, 0.22, 0.24, 0.2),
            (80, 0.23, 0.08, 0.29), (90, 0.088, 0.02, 0.35)
        ) as structure (age_from, share, gravity, lethality)
),

expected as (
    select
        levels.day,
        levels.dep,
        ages.age_from,
        ages.gravity,
        ages.lethality,
        sexes.sex,
        levels.level * ages.share * sexes.share / sum(levels.level * ages.share * sexes.share) over ()
        * getvariable('stays') as mean
    from levels
    cross join ages
    cross join (
        values ('F', 0.46), ('M', 0.54), ('unknown', getvariable('unknown_sex')::double)
    ) as sexes (sex, share)
    where sexes.share > 0
),

keyed as (
    select
        *,
        hash(hash(getvariable('seed')::bigint, day_number(day), dep, age_from, sex)) as cell
    from expected
)

select
    * exclude (mean, i),
    hash(hash(cell, i)) as h
from (
    select
        *,
        unnest(range(floor(mean + uniform(cell, 'admissions'))::bigint)) as i
    from keyed
);
