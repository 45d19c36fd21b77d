-- The cube of emergency visits over the seven days ending on each day: sums of days.
{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=cube_keys()
) }}

with int_emergency__cube_windows as (

    {{ cube_windows_of(emergency()) }}

)

select * from int_emergency__cube_windows
