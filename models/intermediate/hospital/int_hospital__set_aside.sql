-- One row per event that was ever set aside because it does not fit in its stay, with the reason; `settled` since the
-- stay became possible with it, or it was withdrawn. Written before the figures, from the same stays.
{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['event_key', 'person_key', 'finess']
) }}

with sequences as (

    select * from {{ ref('int_hospital__sequences') }}
    where sign = 1 and verdict <> 'in_use'

),

settled as (

    {{ no_longer_set_aside(ref('int_hospital__touched')) }}

),

int_hospital__set_aside as (

    select
        event_key,
        stay_key,
        person_key,
        finess,
        event,
        dep,
        occurred_on,
        verdict as reason,
        delivery,
        line
    from sequences
    union all
    select * from settled

)

select * from int_hospital__set_aside
