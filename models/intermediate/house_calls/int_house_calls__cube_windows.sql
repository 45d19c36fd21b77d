-- The cube of acts of SOS Médecins over the seven days ending on each day: sums of days.
{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=cube_keys()
) }}

with int_house_calls__cube_windows as (

    {{ cube_windows_of(house_calls()) }}

)

select * from int_house_calls__cube_windows
