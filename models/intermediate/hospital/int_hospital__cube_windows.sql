-- The cube of hospital stays over the seven days ending on each day: flows are summed; a stock is that of the last
-- day, and is summed over the seven days only as patient-days, from which the mean is made.
with days as (

    select days.* exclude (batch)
    from {{ ref('int_hospital__cube_days') }} as days
    inner join {{ ref('int_hospital__calendar') }} as calendar
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
        {{ rolling_measures(hospital_flows(), 'seven_days') }},
        {{ list_measures(hospital_stocks(), 'days') }},
        (sum(hospitalised) over seven_days)::integer as patient_days,
        (sum(critical) over seven_days)::integer as critical_patient_days,
        count(*) over seven_days as days
    from days
    window seven_days as (
        partition by geo_level, geo_code, sex, age_scheme, age_class
        order by period_end
        rows between 6 preceding and current row
    )

),

int_hospital__cube_windows as (

    select windows.* exclude (days)
    from windows
    where days = 7

)

select * from int_hospital__cube_windows
