-- The cube of testing over the seven days ending on each day: sums of days, for the windows whose seven days lie
-- between the first and the last day.
with days as (

    select days.*
    from {{ ref('int_testing__cube_days') }} as days
    inner join {{ ref('int_testing__calendar') }} as calendar
        on days.period_end between calendar.first_day and calendar.last_day

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
        count(*) over seven_days as days
    from days
    window seven_days as (
        partition by geo_level, geo_code, sex, age_scheme, age_class
        order by period_end
        rows between 6 preceding and current row
    )

),

int_testing__cube_windows as (

    select windows.* exclude (days)
    from windows
    where days = 7

)

select * from int_testing__cube_windows
