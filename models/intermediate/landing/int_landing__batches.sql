-- One row per accepted delivery, with the number of the batch (the run) that first saw it.
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
        {{ applied_batch(this.identifier) }} + 1 as batch
    from deliveries
    where {{ not_yet_in_this('feed, delivery') }}

)

select * from int_landing__batches
