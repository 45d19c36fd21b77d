-- The persons whose records changed since the cells were last brought up to date, the first day that may count
-- differently, and why. Empty when the cells are rebuilt: then everyone is read.
{{ config(materialized='table') }}

with incoming as not materialized (

    select * from {{ ref('int_testing__incoming') }}
    where {{ applied_batch('int_testing__changes') }} > 0

),

replaced as (

    -- What a version replaces changed for the same reason, under whomever's name it stood.
    select
        reissued.person_key,
        reissued.sampled_on,
        incoming.record_kind,
        incoming.record_version
    from {{ ref('int_testing__reissued') }} as reissued
    inner join incoming on reissued.result_key = incoming.result_key

),

taken_back as (

    -- A withdrawal is told as a correction: of the results, and of those that they had replaced or that replaced them.
    select
        person_key,
        sampled_on
    from {{ ref('int_testing__taken_back') }}
    union all
    select
        reissued.person_key,
        reissued.sampled_on
    from {{ ref('int_testing__reissued') }} as reissued
    semi join {{ ref('int_testing__taken_back') }} as taken_back on reissued.result_key = taken_back.result_key

),

versions as (

    select person_key, sampled_on, record_kind, record_version from incoming
    union all
    select * from replaced
    union all
    select
        person_key,
        sampled_on,
        'correction' as record_kind,
        2 as record_version
    from taken_back

),

erased as (

    select person_key from {{ ref('int_testing__erased_persons') }}
    where
        batch > {{ applied_batch('int_testing__changes') }}
        and {{ applied_batch('int_testing__changes') }} > 0

),

int_testing__touched_persons as (

    select
        person_key,
        min(sampled_on) as first_day,
        case
            when bool_or(record_kind = 'deletion') then 'deletion'
            when max(record_version) > 1 then 'correction'
            else 'new_rows'
        end as reason
    from versions
    where person_key not in (select person_key from erased)
    group by person_key
    union all
    select
        person_key,
        date '0001-01-01' as first_day,
        'erasure' as reason
    from erased

)

select * from int_testing__touched_persons
