-- What each batch of deliveries changed in the counts: the signed difference between the state after and the state
-- before, by finest cell and by reason. Append-only: what is known is the sum over the batches.
-- A cell stands at one of five levels: `dep` (département × sex × age band), `local` (IRIS or commune × under or over
-- 65), `result_delay` (département × hours), `onset_delay` (département × sex × age band × days) and `receipt_delay`
-- (laboratory × days from sampling to the receipt of the current version).
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    post_hook="{{ lay_out_sealed() }}",
    meta={'sealed': {
        'batches': 'int_testing__batches',
        'keys': ['cell_level', 'sampled_on', 'place', 'sex', 'age_band', 'delay'],
        'day': 'sampled_on',
        'cells': "cell_level <> 'delivery'",
        'hot_days': var('hot_days')
    }}
) }}

with batches as (

    select
        'delivery' as cell_level,
        received_on as sampled_on,
        delivery::varchar as place,
        'all' as sex,
        'all' as age_band,
        -1 as delay,
        'new_rows' as reason,
        {{ no_measures(testing_measures()) }},
        batch
    from {{ ref('int_testing__batches') }}
    where feed in ('sidep', 'erasure') and batch > {{ applied_batch('int_testing__changes') }}

),

int_testing__changes as (

    select
        differences.*,
        (select max(batch) from batches) as batch
    from {{ ref('int_testing__differences') }} as differences
    union all
    select * from batches

)

select * from int_testing__changes
