-- Default population of the places below the département, all ages and 65plus, both sexes: the total of the communes (of the
-- IRIS at that level), with the share of people of 65 and over of their département.
with shares as (

    select
        ages.dep,
        (sum(ages.population) filter (where age_years.age65 = '65') / sum(ages.population))::decimal(12, 10) as share
    from {{ ref('int_referential__ages') }} as ages
    inner join {{ ref('age_years') }} as age_years on ages.age = age_years.age
    group by ages.dep

),

places as (

    select 'IRIS' as geo_level, iris as geo_code, dep, population, population_vintage
    from {{ ref('int_referential__places') }}
    union all
    select 'COM' as geo_level, com as geo_code, dep, population, {{ default_vintage() }} as population_vintage
    from {{ ref('communes') }}
    union all
    select 'EPCI' as geo_level, epci as geo_code, dep, population, {{ default_vintage() }} as population_vintage
    from {{ ref('communes') }}
    where epci is not null
    union all
    select 'METRO' as geo_level, communes.epci as geo_code, dep, population, {{ default_vintage() }} as population_vintage
    from {{ ref('communes') }} as communes
    inner join {{ ref('metropoles') }} as metropoles on communes.epci = metropoles.epci

),

totals as (

    select
        places.geo_level,
        places.geo_code,
        places.population_vintage,
        sum(places.population::decimal(18, 6)) as population,
        sum(places.population::decimal(20, 6) * shares.share) as older
    from places
    inner join shares on places.dep = shares.dep
    group by places.geo_level, places.geo_code, places.population_vintage

),

int_referential__population_local as (

    select geo_level, geo_code, 'all' as age_scheme, 'all' as age_class, population::double as population, population_vintage
    from totals
    union all
    select geo_level, geo_code, '65plus', '64', (population - older)::double, population_vintage
    from totals
    union all
    select geo_level, geo_code, '65plus', '65', older::double, population_vintage
    from totals

)

select * from int_referential__population_local
