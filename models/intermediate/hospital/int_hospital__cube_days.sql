-- The cube of hospital stays by day: France, régions and départements of the hospital × sex × ten-year age, every
-- cell present, zero included: flows of the day, and stocks at its end.
{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=cube_keys()
) }}

with int_hospital__cube_days as (

    {{ cube_days_of(hospital()) }}

)

select * from int_hospital__cube_days
