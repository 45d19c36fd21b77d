-- Each département has a level for three weeks or so; zones of active circulation are those of high vulnerability, and
-- some others.
create or replace view asked as
with cells as (
    select
        weeks.day,
        departements.dep,
        hash(hash(getvariable('seed')::bigint, getvariable('feed'), day_number(weeks.day), departements.dep)) as h,
        hash(hash(getvariable('seed')::bigint, departements.dep, day_number(weeks.day) // 21)) as spell
    from weeks
    cross join departements
)

select
    h,
    day,
    dep,
    case
        when occurs(h, 'not judged', 0.02) then null
        when uniform(spell, 'level') < 0.5 then 'LIMITEE'
        when uniform(spell, 'level') < 0.8 then 'MODEREE'
        else 'ELEVEE'
    end as level,
    uniform(spell, 'level') >= 0.8 or occurs(spell, 'zone', 0.1) as is_zone
from cells;
