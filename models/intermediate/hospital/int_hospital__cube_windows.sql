-- The cube of hospital stays over the seven days ending on each day: flows are summed; a stock is that of the last
-- day, and is summed over the seven days only as patient-days, from which the mean is made.
{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=cube_keys()
) }}

with int_hospital__cube_windows as (

    {{ cube_windows_of(hospital()) }}

)

select * from int_hospital__cube_windows
