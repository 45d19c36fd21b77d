-- France as 2^20 slots of equal population, ordered by region, département, commune and IRIS: a place is
-- drawn by population by drawing a slot, in a département or a region by drawing within its interval.
create or replace table places as
with iris as (
    select
        departements.reg,
        departements.dep,
        communes.com,
        communes.population / count(*) over (partition by communes.com) as population,
        number,
        communes.com || lpad(number::varchar, 4, '0') as iris
    from communes
    inner join departements on departements.dep = communes.dep
    cross join
        lateral (
            select unnest(
                -- Insee's convention: small communes are one IRIS, numbered 0000.
                case
                    when communes.population > 10000
                        then range(1, ceil(communes.population / 2500)::bigint + 1)
                    else [0::bigint]
                end
            ) as number
        )
    where communes.population > 0
),

cumulated as (
    select
        reg,
        dep,
        com,
        iris,
        sum(population) over (order by reg, dep, com, iris) as upper_bound,
        population,
        sum(population) over () as france
    from iris
)

select
    reg,
    dep,
    com,
    iris,
    population,
    floor((upper_bound - population) / france * 1048576)::integer as slot_from,
    case
        when upper_bound >= france - 0.5 then 1048576
        else floor(upper_bound / france * 1048576)::integer
    end as slot_to
from cumulated;

create or replace table slots as
select
    unnest(range(slot_from, slot_to))::integer as slot,
    dep,
    com,
    iris
from places
where slot_to > slot_from;

-- Interval of slots of each place that a truth can name.
create or replace table intervals as
select
    'FRA' as geo_level,
    'FR' as geo_code,
    0 as slot_from,
    1048576 as slot_to
union all
select
    'REG',
    reg,
    min(slot_from),
    max(slot_to)
from places
group by reg
union all
select
    'DEP',
    dep,
    min(slot_from),
    max(slot_to)
from places
group by dep;

set variable dep_codes = (select list(dep order by dep) from departements);
