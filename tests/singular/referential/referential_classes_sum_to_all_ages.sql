-- In the default population the classes of every scheme sum to all ages, place by place and sex by sex, and
-- the two sexes sum to both.
with cells as (

    select
        geo_level,
        geo_code,
        sex,
        age_scheme,
        population
    from {{ ref('int_referential__population_by_class') }}
    union all
    select
        geo_level,
        geo_code,
        'all' as sex,
        age_scheme,
        population
    from {{ ref('int_referential__population_local') }}

),

sums as (

    select
        geo_level,
        geo_code,
        sex,
        age_scheme,
        sum(population) as population
    from cells
    group by geo_level, geo_code, sex, age_scheme

),

totals as (

    select
        geo_level,
        geo_code,
        sex,
        population
    from sums
    where age_scheme = 'all'

),

sexes as (

    select
        geo_level,
        geo_code,
        'all' as sex,
        'all' as age_scheme,
        sum(population) as population
    from totals
    where sex <> 'all'
    group by geo_level, geo_code

),

parts as (

    select * from sums
    union all
    select * from sexes

)

select parts.*
from parts
left join totals
    on
        parts.geo_level = totals.geo_level
        and parts.geo_code = totals.geo_code
        and parts.sex = totals.sex
where coalesce(abs(parts.population - totals.population), 1) > 1e-6
