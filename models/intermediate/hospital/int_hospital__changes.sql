-- What each batch of deliveries changed in the figures: the signed difference between the state after and the state
-- before, by finest cell and by reason. Append-only: what is known is the sum over the batches.
-- A stay that changes leaves the events set aside before it leaves the stays to be read again.
-- depends_on: {{ ref('int_hospital__set_aside') }}
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    post_hook="{{ lay_out_sealed() }}",
    meta={'sealed': sealed(hospital())}
) }}

with int_hospital__changes as (

    {{ changes_of(hospital()) }}

)

select * from int_hospital__changes
