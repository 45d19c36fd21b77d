-- What each batch of deliveries changed in the figures: the signed difference between the state after and the state
-- before, by finest cell and by reason. Append-only: what is known is the sum over the batches.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    post_hook="{{ lay_out_sealed() }}",
    meta={'sealed': sealed(emergency())}
) }}

with int_emergency__changes as (

    {{ changes_of(emergency()) }}

)

select * from int_emergency__changes
