-- A made-up season: cases by day and département in waves, with the age, sex and severity that such patients have.
create or replace table drawn as
select
    h,
    getvariable('first_day') + pick(h, 'day', getvariable('last_day') - getvariable('first_day') + 1) as day,
    floor(1048576 * uniform(h, 'home'))::integer as slot
from (
    select hash(hash(getvariable('seed')::bigint, 'rea_sentinelle', number)) as h
    from (select unnest(range(getvariable('cases')::bigint)) as number)
);
