-- A made-up epidemic: visits or acts by day, département, class of age, sex and kind. The waves of suspected Covid-19 are
-- those of the hospital stays of the same seed, a few days before them; the rest comes evenly, most on Mondays.
create or replace table cells as
with days as (
    select
        unnest(range(getvariable('first_day')::timestamp, getvariable('last_day') + interval 1 day, interval 1 day))::date
            as day
),

located as (
    select
        places.dep,
        sum(places.population) as population,
        pick(hash(hash(getvariable('seed')::bigint, any_value(places.reg))), 'phase', 21) - 4 as phase
    from places
    inner join senders on places.dep = senders.dep and senders.is_there
    group by places.dep
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
        located.population * [1.12, 1.0, 0.97, 0.97, 1.0, 0.96, 0.98][isodow(days.day)] as visits,
        0.01 + 0.13 * sum(
            waves.height * exp(-power((day_number(days.day) + located.phase - waves.centre) / waves.width, 2) / 2)
        ) as suspected
    from days
    cross join located
    inner join waves on abs(day_number(days.day) + located.phase - waves.centre) < 5 * waves.width
    group by days.day, located.dep, located.population
),

-- Share of all that comes, share of what is suspected, share of these who stay in hospital.
ages as (
    select *
    from
        (
            values (1, 0.12, 0.02, 0.15), (2, 0.12, 0.03, 0.05), (3, 0.36, 0.41, 0.12), (4, 0.2, 0.29, 0.35),
            (5, 0.08, 0.1, 0.6), (6, 0.12, 0.15, 0.75), (null, getvariable('unknown_age'), getvariable('unknown_age'), 0.3)
        ) as structure (age, share, suspected, hospitalised)
),

kinds as (
    select
        levels.day,
        levels.dep,
        ages.age,
        unnest(
            [
                {'kind': 'hospitalised', 'level': visits * levels.suspected * ages.suspected * hospitalised},
                {'kind': 'covid', 'level': visits * levels.suspected * ages.suspected * (1 - hospitalised)},
                {'kind': 'other', 'level': visits * (1 - levels.suspected) * share}
            ],
            recursive := true
        )
    from levels
    cross join ages
),

expected as (
    select
        kinds.* exclude (level),
        sexes.sexe,
        kinds.level * sexes.share / sum(kinds.level * sexes.share) over () * getvariable('visits') as mean
    from kinds
    cross join (
        values ('F', 0.5), ('H', 0.5), (null, getvariable('unknown_sex')::double)
    ) as sexes (sexe, share)
),

keyed as (
    select
        *,
        hash(hash(getvariable('seed')::bigint, getvariable('feed'), day_number(day), dep, kind, age, sexe)) as cell
    from expected
)

select
    * exclude (mean),
    floor(mean + uniform(cell, 'visits'))::bigint as visits
from keyed;

create or replace table drawn as
select
    * exclude (age, visits, cell, i),
    age::tinyint as age,
    hash(hash(cell, i)) as h
from (
    select
        *,
        unnest(range(visits)) as i
    from cells
);
