-- The cube of hospital stays over the seven days ending on each day: flows are summed; a stock is that of the last
-- day, and is summed over the seven days only as patient-days, from which the mean is made.
with days as (

    select days.*
    from {{ ref('int_hospital__cube_days') }} as days
    inner join {{ ref('int_hospital__calendar') }} as calendar
        on days.period_end between calendar.first_day and calendar.last_day

),

int_hospital__cube_windows as (

    {{ seven_days('days', hospital_flows(), hospital_stocks(), hospital_patient_days()) }}

)

select * from int_hospital__cube_windows
