-- A made-up network: practices of the régions by population, of which nine in ten report in a week; infections rise and
-- fall by seasons, and within them the share of Covid-19.
create or replace table drawn as
with weeks as (
    select day::date as day
    from (
        select unnest(generate_series(getvariable('first_day'), getvariable('last_day'), interval 1 day)) as day
    )
    where isodow(day) = 7
),

practices as (
    select
        number,
        hash(hash(getvariable('seed')::bigint, 'sentinelles', number)) as practice_key
    from (
        select unnest(range(
            greatest(1, round(getvariable('reports') / 0.9 / greatest(1, (select count(*) from weeks))))::bigint
        )) as number
    )
)

select
    hash(hash(practices.practice_key, weeks.day)) as h,
    'CAB' || lpad(practices.number::varchar, 5, '0') as practice,
    practices.practice_key,
    weeks.day
from practices
cross join weeks
where not occurs(hash(hash(practices.practice_key, weeks.day)), 'holiday', 0.1);
