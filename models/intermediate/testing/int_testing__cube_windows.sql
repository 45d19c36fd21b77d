-- The cube of testing over seven days ending on each day, and over ISO weeks: sums of days. Only windows whose seven
-- days lie between the first and the last day received. A run replaces only the windows that hold a changed day.
{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='period_end') }}

with days as (

    select * from {{ ref('int_testing__cube_days') }}

),

changed_windows as (

    select distinct (days.period_end + offsets.days)::date as period_end
    from (
        select distinct period_end from days
        where batch > {{ applied_batch('int_testing__cube_windows') }}
    ) as days
    cross join (select unnest(range(7))::integer as days) as offsets

),

windows as (

    select
        geo_level,
        geo_code,
        period_end,
        sex,
        age_scheme,
        age_class,
        {{ rolling_measures(testing_measures(), 'seven_days') }},
        max(batch) over seven_days as batch,
        count(*) over seven_days as days
    from days
    where period_end >= (select min(period_end) - 6 from changed_windows)
    window seven_days as (
        partition by geo_level, geo_code, sex, age_scheme, age_class
        order by period_end
        rows between 6 preceding and current row
    )

),

int_testing__cube_windows as (

    select windows.* exclude (days)
    from windows
    semi join changed_windows on windows.period_end = changed_windows.period_end
    where windows.days = 7

)

select * from int_testing__cube_windows
