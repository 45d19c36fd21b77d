-- The counts as they stand, by finest cell: what it held plus what the later batches changed.
{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['cell_level', 'sampled_on', 'place', 'sex', 'age_band', 'delay']
) }}

with changes as (

    select
        cell_level,
        sampled_on,
        place,
        sex,
        age_band,
        delay,
        {{ sum_measures(testing_measures()) }},
        max(batch) as batch
    from {{ ref('int_testing__changes') }}
    where batch > {{ applied_batch('int_testing__cells') }}
    group by cell_level, sampled_on, place, sex, age_band, delay

),

held as (

    {{ held(['cell_level', 'sampled_on', 'place', 'sex', 'age_band', 'delay']) }}

),

int_testing__cells as (

    select
        changes.cell_level,
        changes.sampled_on,
        changes.place,
        changes.sex,
        changes.age_band,
        changes.delay,
        {{ held_plus_changes(testing_measures()) }},
        changes.batch
    from changes
    left join held using (cell_level, sampled_on, place, sex, age_band, delay)

)

select * from int_testing__cells
