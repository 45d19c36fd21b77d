-- People tested and cases over seven days below the département, every place and class present, zero included: all
-- windows of the published days for EPCI and métropoles, the last two weeks for communes and IRIS.
{{ config(materialized='table') }}

with calendar as (

    select * from {{ ref('int_testing__calendar') }}

),

every_window as (

    select
        levels.geo_level,
        unnest(
            generate_series(
                greatest(calendar.first_day + 6, calendar.last_day - levels.windows + 1),
                calendar.last_day,
                interval 1 day
            )
        )::date as period_end
    from calendar
    cross join (
        values
        ('EPCI', {{ var('local_history_days') }}),
        ('METRO', {{ var('local_history_days') }}),
        ('COM', 14),
        ('IRIS', 14)
    ) as levels (geo_level, windows)

),

published_windows as (

    select * from every_window
    where geo_level in ('EPCI', 'METRO') or isodow(period_end) = 7

),

every_cell as (

    select
        windows.geo_level,
        places.geo_code,
        windows.period_end,
        classes.age_class,
        0 as tested,
        0 as cases
    from published_windows as windows
    inner join {{ ref('int_testing__local_places') }} as places on windows.geo_level = places.geo_level
    cross join (values ('all'), ('64'), ('65'), ('unknown')) as classes (age_class)

),

counted as (

    select * from {{ ref('int_testing__epci_windows') }}
    union all
    select * from {{ ref('int_testing__iris_windows') }}

),

int_testing__local_windows as (

    select
        geo_level,
        geo_code,
        period_end,
        age_class,
        sum(tested)::integer as tested,
        sum(cases)::integer as cases
    from (
        select * from every_cell
        union all
        select counted.* from counted
        semi join published_windows
            on counted.geo_level = published_windows.geo_level and counted.period_end = published_windows.period_end
    ) as both_sides
    group by geo_level, geo_code, period_end, age_class

)

select * from int_testing__local_windows
