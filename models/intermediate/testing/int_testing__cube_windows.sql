-- The cube of testing over the seven days ending on each day: sums of days, for the windows whose seven days lie
-- between the first and the last day.
with days as (

    select days.*
    from {{ ref('int_testing__cube_days') }} as days
    inner join {{ ref('int_testing__calendar') }} as calendar
        on days.period_end between calendar.first_day and calendar.last_day

),

int_testing__cube_windows as (

    {{ seven_days('days', testing_measures()) }}

)

select * from int_testing__cube_windows
