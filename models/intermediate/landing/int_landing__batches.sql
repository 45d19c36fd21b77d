-- One row per accepted delivery, with the number of the batch (the run) that first saw it. All bear the generation of
-- the warehouse, which a rebuild changes: what was sealed before it counts no more.
{{ config(materialized='incremental', incremental_strategy='append') }}

with deliveries as (

    select * from {{ ref('stg_landing__deliveries') }}
    where verdict = 'accepted'

),

int_landing__batches as (

    select
        feed,
        delivery,
        file,
        received_on,
        {{ applied_batch(this.identifier) }} + 1 as batch,
        {{ generation() }} as generation
    from deliveries
    where {{ not_yet_in_this('feed, delivery') }}

)

select * from int_landing__batches
