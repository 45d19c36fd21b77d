{{ config(materialized='table') }}

-- The population behind every rate: the default of each cell until its first delivered vintage, then the vintages.
with defaults as (

    select * from {{ ref('int_referential__population_by_class') }}
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

delivered as (

    select * from {{ ref('int_referential__population_delivered') }}

),

first_delivered as (

    select
        geo_level,
        geo_code,
        sex,
        age_scheme,
        age_class,
        min(valid_from) as valid_from
    from delivered
    group by geo_level, geo_code, sex, age_scheme, age_class

),

int_referential__population as (

    select
        defaults.*,
        date '1900-01-01' as valid_from,
        coalesce(first_delivered.valid_from, date '9999-12-31') as valid_to
    from defaults
    left join first_delivered using (geo_level, geo_code, sex, age_scheme, age_class)
    where coalesce(first_delivered.valid_from, date '9999-12-31') > date '1900-01-01'
    union all
    select * from delivered

)

select * from int_referential__population
