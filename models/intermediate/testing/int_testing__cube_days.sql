-- The cube of testing by day: France, régions and départements (and what has no known place) × sex × age schemes, every
-- cell present, zero included: what it held plus what the later batches changed.
{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['period_end', 'geo_level', 'geo_code', 'sex', 'age_scheme', 'age_class']
) }}

with changes as (

    select * from {{ ref('int_testing__cube_changes') }}

),

held as (

    {{ held(['period_end', 'geo_level', 'geo_code', 'sex', 'age_scheme', 'age_class']) }}

),

int_testing__cube_days as (

    select
        changes.geo_level,
        changes.geo_code,
        changes.period_end,
        changes.sex,
        changes.age_scheme,
        changes.age_class,
        {{ held_plus_changes(testing_measures()) }},
        changes.batch
    from changes
    left join held using (period_end, geo_level, geo_code, sex, age_scheme, age_class)

)

select * from int_testing__cube_days
