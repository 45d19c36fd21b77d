-- Every received version of the results that were received more than once (corrections, deletions, repeats): the
-- small part of the lake in which a version may not be the current one.
{{ config(materialized='incremental', incremental_strategy='append') }}

with incoming as not materialized (

    select * from {{ ref('int_testing__incoming') }}

),

incoming_keys as (

    select
        result_key,
        count(*) as versions
    from incoming
    group by result_key

),

earlier as (

    select
        results.*,
        batches.batch
    from {{ ref('int_testing__history') }} as results
    semi join incoming_keys on results.result_key = incoming_keys.result_key
    inner join {{ ref('int_testing__batches') }} as batches on results.delivery = batches.delivery
    where batches.feed = 'sidep' and batches.batch <= {{ applied_batch('int_testing__changes') }}

),

repeated_keys as (

    select result_key from incoming_keys where versions > 1
    union
    -- A deletion that came before what it deletes has its own fate: it must not be taken for a result in use.
    select result_key from incoming where record_kind = 'deletion'
    union
    select result_key from earlier

),

versions as (

    select incoming.* from incoming semi join repeated_keys on incoming.result_key = repeated_keys.result_key
    union all
    select * from earlier

),

int_testing__reissued as (

    select * from versions
    where {{ not_yet_in_this('delivery, line') }}

)

select * from int_testing__reissued
