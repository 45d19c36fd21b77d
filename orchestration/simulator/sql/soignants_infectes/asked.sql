-- Two establishments of each département report each week.
create or replace view asked as
with cells as (
    select
        weeks.day,
        departements.reg,
        departements.dep[:2]
        || lpad((hash(departements.dep, numbers.number) % 10000000)::varchar, 7, '0') as establishment,
        hash(
            hash(getvariable('seed')::bigint, getvariable('feed'), day_number(weeks.day)),
            hash(departements.dep, numbers.number)
        ) as h
    from weeks
    cross join departements
    cross join (values (1), (2)) as numbers (number)
)

select
    h,
    day,
    reg,
    establishment,
    case when not occurs(h, 'none', 0.3) then floor(25 * power(uniform(h, 'infected'), 3))::integer end as infected
from cells;
