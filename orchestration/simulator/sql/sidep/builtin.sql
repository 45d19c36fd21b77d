-- A made-up epidemic: waves about 75 days apart that do not strike the regions at the same time, the rhythm of
-- the week and of public holidays, more tests where and when there is more disease.
create or replace table cells as
with days as (
    select
        unnest(range(getvariable('first_day')::timestamp, getvariable('last_day') + interval 1 day, interval 1 day))
        ::date as day
),

places_tested as (
    select
        geo_code,
        any_value(places.reg) as reg,
        sum(places.population) as population
    from intervals
    inner join places on intervals.geo_code = places.dep
    where intervals.geo_level = 'DEP'
    group by geo_code
),

located as (
    select
        *,
        pick(hash(hash(getvariable('seed')::bigint, reg)), 'phase', 21) - 10 as phase
    from places_tested
    union all
    select
        'unknown',
        '',
        sum(population) * getvariable('unknown_place'),
        0
    from places_tested
),

waves as (
    select
        number,
        75 * number + pick(h, 'centre', 40) as centre,
        14 + pick(h, 'width', 10) as width,
        0.35 + 0.65 * uniform(h, 'height') as height
    from (select unnest(range(-2, 60)) as number)
    cross join lateral (select hash(hash(getvariable('seed')::bigint, number)) as h)
),

levels as (
    select
        days.day,
        located.geo_code,
        located.population,
        0.12 + sum(
            waves.height
            * exp(-power((day_number(days.day) + located.phase - waves.centre) / waves.width, 2) / 2)
        ) as level
    from days
    cross join located
    inner join waves
        on abs(day_number(days.day) + located.phase - waves.centre) < 5 * waves.width
    group by days.day, located.geo_code, located.population
),

rhythm as (
    select
        *,
        population
        * (0.5 + level)
        * [1.25, 1.12, 1.05, 1.0, 1.1, 0.62, 0.2][isodow(day)]
        * case when list_contains(getvariable('holidays'), day) and isodow(day) < 7 then 0.18 else 1 end as tests
    from levels
),

ages as (
    select *
    from
        (
            values ('09', 0.05, 0.7), ('19', 0.12, 1.1), ('29', 0.17, 1.4), ('39', 0.16, 1.1), ('49', 0.15, 1.05),
            ('59', 0.13, 1.0), ('69', 0.09, 0.9), ('79', 0.06, 0.8), ('89', 0.045, 0.85), ('90', 0.025, 1.1)
        ) as age_structure (age, share, risk)
    union all
    select
        'unknown',
        getvariable('unknown_age'),
        1.0
),

sexes as (
    select *
    from (values ('F', 0.54), ('M', 0.46)) as sex_structure (sex, share)
    union all
    select
        'unknown',
        getvariable('unknown_sex')
),

expected as (
    select
        rhythm.day,
        rhythm.geo_code,
        ages.age,
        sexes.sex,
        rhythm.tests * ages.share * sexes.share as weight,
        least(0.6, (0.008 + 0.1 * rhythm.level) * ages.risk) as positivity
    from rhythm
    cross join ages
    cross join sexes
    where ages.share > 0 and sexes.share > 0
),

scaled as (
    select
        *,
        weight / sum(weight) over () * getvariable('persons') as mean,
        hash(hash(getvariable('seed')::bigint, day_number(day), geo_code, age, sex)) as h
    from expected
),

drawn as (
    select
        *,
        floor(mean + uniform(h, 'tested'))::bigint as t
    from scaled
)

select
    day,
    'DEP' as geo_level,
    geo_code,
    age,
    sex,
    least(t, floor(t * positivity + uniform(h, 'positive'))::bigint) as p,
    t
from drawn
where t > 0;
