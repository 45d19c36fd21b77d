-- Every cell of the cube by day: France, régions and départements (and what has no known place) × sex × ten-year age,
-- for each day between the first and the last one that figures ever had. A zero is published as a zero.
with days as (

    select unnest(generate_series(min(day), max(day), interval 1 day))::date as period_end
    from {{ ref('int_hospital__cells') }}
    where cell_level = 'dep'

),

places as (

    select 'FRA' as geo_level, 'FR' as geo_code
    union all
    select 'REG' as geo_level, reg as geo_code from {{ ref('regions') }}
    union all
    select 'DEP' as geo_level, dep as geo_code from {{ ref('departements') }}
    union all
    select unnest(['REG', 'DEP']) as geo_level, 'unknown' as geo_code

),

ages as (

    select distinct 'age10' as age_scheme, age10 as age_class from {{ ref('age_years') }}
    union all
    select unnest(['age10', 'all']) as age_scheme, unnest(['unknown', 'all']) as age_class

),

int_hospital__empty_cells as (

    select
        places.geo_level,
        places.geo_code,
        days.period_end,
        sexes.sex,
        ages.age_scheme,
        ages.age_class
    from days
    cross join places
    cross join (values ('all'), ('F'), ('M'), ('unknown')) as sexes (sex)
    cross join ages

)

select * from int_hospital__empty_cells
