-- The persons in the deliveries that the cells have not taken in, or that were withdrawn since, with the first day that
-- may count differently: before it nothing can. Empty when the cells are rebuilt: then everyone is read.
{{ config(materialized='table') }}

with incoming as (

    select * from {{ ref('int_testing__incoming') }}
    where {{ applied_batch('int_testing__changes') }} > 0

),

erased as (

    select person_key from {{ ref('int_testing__erased_persons') }}
    where
        batch > {{ applied_batch('int_testing__changes') }}
        and {{ applied_batch('int_testing__changes') }} > 0

),

withdrawn as (

    select distinct person_key from {{ ref('int_testing__taken_back') }}
    where person_key not in (select person_key from erased)

),

int_testing__persons_sent as (

    -- What a correction or a deletion replaces may be of any day.
    select
        person_key,
        case
            when bool_or(record_version > 1 or record_kind <> 'new') then date '0001-01-01' else min(sampled_on)
        end as first_day
    from incoming
    where
        person_key not in (select person_key from erased)
        and person_key not in (select person_key from withdrawn)
    group by person_key
    union all
    select
        person_key,
        date '0001-01-01' as first_day
    from withdrawn
    union all
    select
        person_key,
        date '0001-01-01' as first_day
    from erased

)

select * from int_testing__persons_sent
