-- A death for each one of the file. A death of a commune that transmits electronically bears a day long before, a death on
-- paper none; communes are of one kind or the other, where a département has both.
create or replace table drawn as
with pieces as (
    select
        dep,
        day,
        unnest([true, false]) as is_electronic,
        unnest([electronic, total - electronic]) as deaths
    from cells
),

counted as (
    select
        * exclude (deaths),
        unnest(range(deaths)) as i
    from pieces
),

keyed as (
    select
        *,
        hash(hash(hash(getvariable('seed')::bigint, 'insee_deces', day_number(day), dep, is_electronic), i)) as h
    from counted
),

placed as (
    select
        keyed.*,
        choices.com
    from keyed
    asof inner join choices
        on
            keyed.dep = choices.dep
            and keyed.is_electronic = choices.is_electronic
            and uniform(keyed.h, 'commune') >= choices.share_from
)

select
    h,
    day,
    dep,
    com,
    case when is_electronic then date '2010-01-01' + pick(hash(com), 'since', 2000) end as transmits_since,
    false as is_history
from placed;
