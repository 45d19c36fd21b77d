{{ config(materialized='table') }}

-- Between what counts the classes of a place and week leave its cases and its people tested, beside the counts
-- themselves: of all ages, of 65 and over and of the others, each as the classes of the other two narrow it.
with pairs as (

    select * from {{ ref('int_testing__local_pairs') }}

),

everybody as (

    select
        geo_level,
        geo_code,
        period_end,
        'all' as age_class,
        with_older,
        cases,
        greatest(cases_low, older_cases_low) as cases_low,
        cases_high,
        tested,
        greatest(tested_low, older_tested_low) as tested_low,
        tested_high
    from pairs

),

older as (

    select
        geo_level,
        geo_code,
        period_end,
        '65' as age_class,
        with_older,
        older_cases as cases,
        older_cases_low as cases_low,
        older_cases_high as cases_high,
        older_tested as tested,
        older_tested_low as tested_low,
        older_tested_high as tested_high
    from pairs

),

younger as (

    select
        geo_level,
        geo_code,
        period_end,
        '64' as age_class,
        with_older,
        cases - older_cases as cases,
        greatest(cases_low - older_cases_high, 0) as cases_low,
        cases_high - older_cases_low as cases_high,
        tested - older_tested as tested,
        greatest(tested_low - older_tested_high, 0) as tested_low,
        tested_high - older_tested_low as tested_high
    from pairs

),

int_testing__local_bounds as (

    select * from everybody
    union all
    select * from older
    union all
    select * from younger

)

select * from int_testing__local_bounds
