-- A made-up survey: a wave of three days every two weeks, each with as many respondents; a few are asked in two waves. Who
-- they are follows the population of the régions, what they answer drifts from wave to wave.
create or replace table drawn as
with waves as (
    select
        wave::integer as wave,
        least(getvariable('first_day') + 4, getvariable('last_day')) + 14 * (wave - 1)::integer as day
    from (select unnest(range(1, 2 + (getvariable('last_day') - getvariable('first_day')) // 14)) as wave)
),

asked as (
    select
        number,
        wave,
        day,
        hash(hash(getvariable('seed')::bigint, 'coviprev', number)) as h
    from (
        select
            number,
            1 + number % (select count(*) from waves where day <= getvariable('last_day')) as wave
        from (select unnest(range(getvariable('respondents')::bigint)) as number)
    )
    inner join waves using (wave)
)

select
    h,
    hash(hash(
        getvariable('seed')::bigint, 'respondent', number - occurs(h, 'asked_again', 0.05)::integer
    )) as person,
    wave,
    day - 2 as wave_from,
    day
from asked;
