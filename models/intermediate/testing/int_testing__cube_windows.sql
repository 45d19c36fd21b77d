-- The cube of testing over the seven days ending on each day: sums of days, for the windows whose seven days lie
-- between the first and the last day.
{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=cube_keys()
) }}

with int_testing__cube_windows as (

    {{ cube_windows_of(testing()) }}

)

select * from int_testing__cube_windows
