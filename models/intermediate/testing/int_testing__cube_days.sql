-- The cube of testing by day: France, régions and départements (and what has no known place) × sex × age schemes, every
-- cell present, zero included.
{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=cube_keys()
) }}

with int_testing__cube_days as (

    {{ cube_days_of(testing()) }}

)

select * from int_testing__cube_days
