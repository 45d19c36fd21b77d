-- In the default population the classes of every scheme sum to all ages, place by place and sex by sex, and the sexes to all.
with cells as (

    select geo_level, geo_code, sex, age_scheme, population
    from {{ ref('int_referential__population_by_class') }}
    union all
    select geo_level, geo_code, 'all' as sex, age_scheme, population
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

)

select parts.*
from (select * from sums union all select * from sexes) as parts
left join totals using (geo_level, geo_code, sex)
where coalesce(abs(parts.population - totals.population), 1) > 1e-6
