-- A made-up survey: a wave of seven days every four weeks, each with as many samples; a few persons are sampled in two.
create or replace table drawn as
with waves as (
    select
        wave::integer as wave,
        least(getvariable('first_day') + 6, getvariable('last_day')) + 28 * (wave - 1)::integer as day
    from (select unnest(range(1, 2 + (getvariable('last_day') - getvariable('first_day')) // 28)) as wave)
),

numbered as (
    select
        number,
        1 + number % (select count(*) from waves where day <= getvariable('last_day')) as wave
    from (select unnest(range(getvariable('samples')::bigint)) as number)
)

select
    hash(hash(getvariable('seed')::bigint, 'seroprev', numbered.number)) as h,
    hash(hash(
        getvariable('seed')::bigint, 'sampled',
        numbered.number
        - occurs(hash(hash(getvariable('seed')::bigint, 'again', numbered.number)), 'sampled_again', 0.05)::integer
    )) as person,
    waves.wave,
    waves.day - 6 as wave_from,
    waves.day
from numbered
inner join waves on numbered.wave = waves.wave;
