-- A report for each day and région, of missions that go on for weeks.
create or replace view asked as
with cells as (
    select
        days.day,
        regions.reg,
        hash(hash(getvariable('seed')::bigint, getvariable('feed'), day_number(days.day), regions.reg)) as h,
        hash(hash(getvariable('seed')::bigint, regions.reg, day_number(days.day) // 14)) as mission
    from days
    cross join (select unnest(getvariable('regions')) as reg) as regions
)

select
    h,
    day,
    reg,
    'ARS' || reg as unit,
    case
        when not occurs(mission, 'asked', 0.3)
            then floor(60 * power(uniform(mission, 'size'), 3))::integer + pick(h, 'joins', 4)
    end as reservists
from cells;
