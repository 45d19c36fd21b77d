-- Who moves: in each pool of a département and sex the first in is the first out, so that the rank of an arrival is
-- the rank of the departure that ends it. One row per passage of a patient through a pool.
create or replace table passages as
with arrivals as (
    select
        dep,
        sex,
        day,
        unnest(
            [
                {'pool': 'n', 'kind': case when day < getvariable('first_day') then 'initial' else 'admission' end,
                    'persons': n_entries},
                {'pool': 'n', 'kind': 'transfer_in', 'persons': in_conventional},
                {'pool': 'r', 'kind': case when day < getvariable('first_day') then 'initial' else 'admission' end,
                    'persons': case when day < getvariable('first_day') then r_entries else direct end},
                {'pool': 'r', 'kind': 'from_n', 'persons': to_critical},
                {'pool': 'r', 'kind': 'transfer_in', 'persons': in_critical},
                {'pool': 's', 'kind': 'from_r', 'persons': step_down}
            ],
            recursive := true
        )
    from moves
),

departures as (
    select
        dep,
        sex,
        day,
        unnest(
            [
                {'pool': 'n', 'kind': 'critical', 'persons': to_critical},
                {'pool': 'n', 'kind': 'home', 'persons': n_home},
                {'pool': 'n', 'kind': 'death', 'persons': n_death},
                {'pool': 'n', 'kind': 'out', 'persons': n_out},
                {'pool': 'r', 'kind': 'step_down', 'persons': step_down},
                {'pool': 'r', 'kind': 'death', 'persons': r_death},
                {'pool': 'r', 'kind': 'out', 'persons': r_out},
                {'pool': 's', 'kind': 'home', 'persons': s_home},
                {'pool': 's', 'kind': 'death', 'persons': s_death},
                {'pool': 's', 'kind': 'out', 'persons': s_out}
            ],
            recursive := true
        )
    from moves
),

-- Within a day the order is drawn: those who leave are a mixture.
arrived as (
    select
        *,
        row_number() over (partition by dep, sex, pool order by day, drawn, kind, i) as rank,
        row_number() over (partition by dep, sex, pool, kind order by day, i) as rank_of_kind
    from (
        select
            * exclude (persons),
            unnest(range(persons)) as i,
            hash(hash(getvariable('seed')::bigint, dep, sex, day_number(day), kind, i)) as drawn
        from arrivals
    )
),

left_pool as (
    select
        *,
        row_number() over (partition by dep, sex, pool order by day, drawn, kind, i) as rank,
        row_number() over (partition by dep, sex, pool, kind order by day, i) as rank_of_kind
    from (
        select
            * exclude (persons),
            unnest(range(persons)) as i,
            hash(hash(getvariable('seed')::bigint, dep, sex, day_number(day), kind, i)) as drawn
        from departures
    )
)

select
    arrived.dep,
    arrived.sex,
    arrived.pool,
    arrived.kind as came_by,
    arrived.day as came_on,
    arrived.rank_of_kind as came_rank,
    left_pool.kind as left_by,
    left_pool.day as left_on,
    left_pool.rank_of_kind as left_rank,
    hash(hash(getvariable('seed')::bigint, arrived.dep, arrived.sex, arrived.pool, arrived.rank)) as h
from arrived
left join left_pool
    on
        arrived.dep = left_pool.dep
        and arrived.sex = left_pool.sex
        and arrived.pool = left_pool.pool
        and arrived.rank = left_pool.rank;
