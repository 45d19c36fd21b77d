-- The persons whose records changed since the cells were last brought up to date, the days between which their history
-- has to be read again, and why. Empty when the cells are rebuilt: then everyone is read.
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
        reissued.result,
        reissued.analysis,
        incoming.record_kind,
        incoming.record_version
    from {{ ref('int_testing__reissued') }} as reissued
    inner join incoming on reissued.result_key = incoming.result_key

),

versions as (

    select person_key, sampled_on, result, analysis, record_kind, record_version from incoming
    union all
    select * from replaced

),

touched as (

    select
        person_key,
        min(sampled_on) as first_day,
        max(sampled_on) as last_day,
        bool_or(result = 'positive' and analysis <> 'serology') as any_positive,
        bool_or(record_kind = 'deletion') as any_deletion,
        max(record_version) > 1 as any_correction
    from versions
    group by person_key

),

erased as (

    select person_key from {{ ref('int_landing__erased_persons') }}
    where
        batch > {{ applied_batch('int_testing__changes') }}
        and {{ applied_batch('int_testing__changes') }} > 0

),

int_testing__touched_persons as (

    -- A positive result reaches every later day: it excludes the next 60 and makes later cases possible reinfections.
    select
        person_key,
        case when any_positive then date '0001-01-01' else first_day - {{ var('case_free_days') }} end as read_from,
        case when any_positive then date '9999-12-31' else last_day end as read_until,
        case when any_deletion then 'deletion' when any_correction then 'correction' else 'new_rows' end as reason
    from touched
    anti join erased on touched.person_key = erased.person_key
    union all
    select
        person_key,
        date '0001-01-01' as read_from,
        date '9999-12-31' as read_until,
        'erasure' as reason
    from erased

)

select * from int_testing__touched_persons
