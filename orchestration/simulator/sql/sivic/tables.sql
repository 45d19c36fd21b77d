set variable correction_shapes = ['unit', 'sex', 'age', 'time', 'place', 'patient'];

-- Hospitals of each département, more where more people live; the first ones are the largest.
create or replace table hospitals as
with sized as (
    select
        dep,
        least(9, greatest(2, ceil(sum(population) / 150000)))::integer as hospitals
    from places
    group by dep
)

select
    dep,
    hospitals,
    unnest(range(1, hospitals + 1))::integer as number
from sized;

-- In a share of the départements one hospital declares nobody for up to three weeks, then everybody on one day.
create or replace table catch_ups as
with drawn as (
    select
        dep,
        hash(hash(getvariable('seed')::bigint, dep)) as h,
        getvariable('last_day') - getvariable('first_day') as days
    from (select distinct dep from hospitals)
)

select
    dep,
    finess_of(dep, 1) as finess,
    getvariable('first_day') + least(days, 3 + pick(h, 'catch_up_day', greatest(days - 2, 1)))::integer as day,
    21 as days
from drawn
where occurs(h, 'catch_up', getvariable('catch_up'));
