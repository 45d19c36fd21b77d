-- Delivered populations that are too many times larger or smaller than what held before: the vintage before of the same
-- cell, and the default of the place. Rates divide by them, so that nothing is made of them until it is cleared up.
{{ config(severity='error') }}

with delivered as (

    select
        *,
        lag(population) over (
            partition by geo_level, geo_code, sex, age_scheme, age_class order by valid_from
        ) as population_before
    from {{ ref('int_referential__population_delivered') }}

),

defaults as (

    select
        geo_level,
        geo_code,
        population
    from {{ ref('int_referential__population_by_class') }}
    where sex = 'all' and age_scheme = 'all'

),

compared as (

    select
        geo_level,
        geo_code,
        population,
        population_before
    from delivered
    where population_before >= 1000
    union all
    select
        delivered.geo_level,
        delivered.geo_code,
        delivered.population,
        defaults.population as population_before
    from delivered
    inner join defaults on delivered.geo_level = defaults.geo_level and delivered.geo_code = defaults.geo_code
    where delivered.sex = 'all' and delivered.age_scheme = 'all'

)

select * from compared
where
    population > population_before * {{ var('population_jump') }}
    or population * {{ var('population_jump') }} < population_before
