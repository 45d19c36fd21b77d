-- The cube of acts of SOS Médecins by day: France, régions and départements of the association × sex × age schemes
-- of SurSaUD, every cell present, zero included.
{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=cube_keys()
) }}

with int_house_calls__cube_days as (

    {{ cube_days_of(house_calls()) }}

)

select * from int_house_calls__cube_days
