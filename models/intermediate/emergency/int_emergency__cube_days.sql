-- The cube of emergency visits by day: France, régions and départements of the hospital × sex × age schemes of
-- SurSaUD, every cell present, zero included.
{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=cube_keys()
) }}

with int_emergency__cube_days as (

    {{ cube_days_of(emergency()) }}

)

select * from int_emergency__cube_days
