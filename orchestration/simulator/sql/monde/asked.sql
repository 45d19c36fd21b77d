-- A report for each day and country, of waves that go round the world.
create or replace view asked as
with cells as (
    select
        days.day,
        countries.country,
        countries.continent,
        hash(hash(getvariable('seed')::bigint, getvariable('feed'), day_number(days.day), countries.country)) as h,
        countries.millions * (60 + 55 * sin(day_number(days.day) / 25.0 + hash(countries.country) % 7)) as level
    from days
    cross join (
        values
        ('DEU', 'Europe', 83), ('ESP', 'Europe', 47), ('FRA', 'Europe', 67), ('GBR', 'Europe', 67),
        ('ITA', 'Europe', 60), ('POL', 'Europe', 38), ('BRA', 'America', 211), ('CAN', 'America', 38), ('MEX', 'America', 128),
        ('USA', 'America', 329), ('CHN', 'Asia', 1434), ('IDN', 'Asia', 271), ('IND', 'Asia', 1366),
        ('JPN', 'Asia', 127),
        ('EGY', 'Africa', 100), ('MAR', 'Africa', 36), ('NGA', 'Africa', 201), ('ZAF', 'Africa', 59),
        ('AUS', 'Oceania', 25), ('NZL', 'Oceania', 5), ('JPG', 'Other', 1)
    ) as countries (country, continent, millions)
)

select
    h,
    day,
    country,
    continent,
    case
        when occurs(h, 'taken_back', getvariable('taken_back')) then -pick(h, 'cases back', 3000)
        when not occurs(h, 'no cases', 0.02) then floor(level * (0.7 + 0.6 * uniform(h, 'cases')))::integer
    end as cases,
    case when not occurs(h, 'no deaths', 0.05) then floor(level * 0.02 * uniform(h, 'deaths'))::integer end as deaths
from cells;
