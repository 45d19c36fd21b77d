{{ config(materialized='table') }}

-- The population behind every rate: the default of each cell until its first delivered vintage, then those.
with defaults as (

    select
        geo_level,
        geo_code,
        sex,
        age_scheme,
        age_class,
        population,
        population_vintage
    from {{ ref('int_referential__population_by_class') }}
    union all
    select
        geo_level,
        geo_code,
        'all' as sex,
        age_scheme,
        age_class,
        population,
        population_vintage
    from {{ ref('int_referential__population_local') }}

),

first_delivered as (

    select
        geo_level,
        geo_code,
        sex,
        age_scheme,
        age_class,
        min(valid_from) as valid_from
    from {{ ref('int_referential__population_delivered') }}
    group by geo_level, geo_code, sex, age_scheme, age_class

),

int_referential__population as (

    select
        defaults.*,
        date '1900-01-01' as valid_from,
        coalesce(first_delivered.valid_from, date '9999-12-31') as valid_to
    from defaults
    left join first_delivered
        on
            defaults.geo_level = first_delivered.geo_level
            and defaults.geo_code = first_delivered.geo_code
            and defaults.sex = first_delivered.sex
            and defaults.age_scheme = first_delivered.age_scheme
            and defaults.age_class = first_delivered.age_class
    where first_delivered.valid_from is null or first_delivered.valid_from > date '1900-01-01'
    union all
    select
        geo_level,
        geo_code,
        sex,
        age_scheme,
        age_class,
        population,
        population_vintage,
        valid_from,
        valid_to
    from {{ ref('int_referential__population_delivered') }}

)

select * from int_referential__population
