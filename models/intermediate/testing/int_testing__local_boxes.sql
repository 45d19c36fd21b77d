{{ config(materialized='table') }}

-- The last whole week of communes and IRIS, and those of EPCI, that are no longer provisional: the classes of incidence
-- and testing, and between what counts of cases and of people tested they leave open. A person is tested once a day at
-- most.
with cells as (

    select
        geo_level,
        geo_code,
        period_end,
        age_class,
        cases,
        tested,
        population,
        age_class = 'all' or population >= {{ var('disclosure').older }} as is_classed
    from {{ ref('int_testing__local_cube') }}
    where
        period = 'week'
        and status = 'final'
        and geo_level in ('EPCI', 'COM', 'IRIS')
        and geo_code <> 'unknown'
        and age_class in ('all', '65')
        and population > 0
    qualify geo_level = 'EPCI' or period_end = max(period_end) over (partition by geo_level)

),

classed as (

    select
        cells.*,
        incidence.label as ti_classe,
        testing.label as td_classe,
        coalesce({{ first_count('incidence.lower', 'population') }}, 0) as cases_low,
        coalesce({{ first_count('incidence.upper', 'population') }} - 1, 7 * floor(population)) as cases_high,
        coalesce({{ first_count('testing.lower', 'population') }}, 0) as tested_low,
        coalesce({{ first_count('testing.upper', 'population') }} - 1, 7 * floor(population)) as tested_high
    from cells
    {{ join_class('incidence', 'ti', 'cases') }}
    {{ join_class('testing', 'td', 'tested') }}

),

int_testing__local_boxes as (

    select
        geo_level,
        geo_code,
        period_end,
        age_class,
        cases,
        tested,
        population,
        is_classed,
        ti_classe,
        td_classe,
        cases_low::bigint as cases_low,
        least(cases_high, tested_high)::bigint as cases_high,
        greatest(cases_low, tested_low)::bigint as tested_low,
        tested_high::bigint as tested_high
    from classed

)

select * from int_testing__local_boxes
