-- Made-up deaths: by day and commune, most in winter, with the waves of the epidemic of the hospital stays of the same seed
-- two weeks after them; and those of the years before, without an epidemic, which are delivered as history. The level of the
-- years before follows from that of the span.
create or replace table drawn as
with days as (
    select
        unnest(range(getvariable('history_from')::timestamp, getvariable('last_day') + interval 1 day, interval 1 day))::date
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
        days.day < getvariable('first_day') as is_history,
        exp(0.12 * cos(2 * pi() * (dayofyear(days.day) - 15) / 365.25) + 0.01 * day_number(days.day) / 365.25)
            as usual,
        coalesce(sum(waves.height * exp(-power((day_number(days.day) - waves.centre) / waves.width, 2) / 2)), 0) as epidemic
    from days
    left join waves on abs(day_number(days.day) - waves.centre) < 5 * waves.width
    group by days.day
),

expected as (
    select
        day,
        is_history,
        usual * case when is_history then getvariable('history') else 1 + 0.5 * epidemic end
        * getvariable('deaths')
        / sum(usual * (1 + 0.5 * epidemic)) filter (not is_history) over () as mean
    from levels
),

counted as (
    select
        day,
        is_history,
        unnest(
            range(floor(mean + uniform(hash(hash(getvariable('seed')::bigint, 'insee_deces', day_number(day))), 'deaths'))::bigint)
        ) as i
    from expected
),

keyed as (
    select
        *,
        hash(hash(hash(getvariable('seed')::bigint, 'insee_deces', day_number(day)), i)) as h
    from counted
),

located as (
    select
        keyed.h,
        keyed.day,
        keyed.is_history,
        slots.dep,
        slots.com
    from keyed
    inner join slots on pick(keyed.h, 'home', 1048576) = slots.slot
)

select
    located.h,
    located.day,
    located.dep,
    located.com,
    case
        when located.day >= transmitting.begins_on and (transmitting.stops_on is null or located.day < transmitting.stops_on)
            then transmitting.begins_on
    end as transmits_since,
    located.is_history
from located
inner join transmitting on located.com = transmitting.com;
