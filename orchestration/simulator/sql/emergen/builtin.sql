-- Made-up surveys: samples of the days of the span, more as time goes on.
create or replace table drawn as
with numbered as (
    select hash(hash(getvariable('seed')::bigint, 'emergen', number)) as h
    from (select unnest(range(getvariable('sequences')::bigint)) as number)
)

select
    h,
    getvariable('first_day')
    + floor((getvariable('last_day') - getvariable('first_day') + 1) * power(uniform(h, 'day'), 0.7))::integer as day
from numbered;
