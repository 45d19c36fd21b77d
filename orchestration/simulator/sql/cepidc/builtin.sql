-- Made-up certificates: by day, with the waves of the epidemic of the hospital stays of the same seed two weeks after them.
create or replace table drawn as
with days as (
    select
        unnest(range(getvariable('first_day')::timestamp, getvariable('last_day') + interval 1 day, interval 1 day))::date
            as day
),

waves as (
    select
        75 * number + pick(h, 'centre', 40) + 14 as centre,
        14 + pick(h, 'width', 10) as width,
        0.35 + 0.65 * uniform(h, 'height') as height
    from (select unnest(range(-4, 60)) as number)
    cross join lateral (select hash(hash(getvariable('seed')::bigint, number)) as h)
),

levels as (
    select
        days.day,
        0.05 + 0.5 * coalesce(sum(waves.height * exp(-power((day_number(days.day) - waves.centre) / waves.width, 2) / 2)), 0)
            as epidemic
    from days
    left join waves on abs(day_number(days.day) - waves.centre) < 5 * waves.width
    group by days.day
),

expected as (
    select
        day,
        epidemic / (1 + epidemic) as covid_share,
        (1 + epidemic) * getvariable('certificates') / sum(1 + epidemic) over () as mean
    from levels
),

counted as (
    select
        day,
        covid_share,
        unnest(
            range(floor(mean + uniform(hash(hash(getvariable('seed')::bigint, 'cepidc', day_number(day))), 'deaths'))::bigint)
        ) as i
    from expected
),

keyed as (
    select
        *,
        hash(hash(hash(getvariable('seed')::bigint, 'cepidc', day_number(day)), i)) as h
    from counted
)

select
    keyed.h,
    keyed.day,
    slots.dep,
    not occurs(keyed.h, 'uncoded', getvariable('uncoded')) as is_coded,
    uniform(keyed.h, 'covid') < keyed.covid_share as is_covid,
    occurs(keyed.h, 'comorbid', 0.65) as is_comorbid
from keyed
inner join slots on pick(keyed.h, 'home', 1048576) = slots.slot;
