-- One row per feed: a state that changes whenever the figures have taken in a delivery, so that a published file of
-- which no feed has changed is not made again. Written after the figures, never ahead of them.
{{ config(materialized='table') }}

-- depends_on: {{ ref('int_testing__cube_days') }}
-- depends_on: {{ ref('int_testing__local_windows') }}
-- depends_on: {{ ref('int_hospital__cube_days') }}
-- depends_on: {{ ref('int_hospital__calendar') }}
-- depends_on: {{ ref('int_referential__population') }}

with batches as (

    select * from {{ ref('int_landing__batches') }}

),

feed_state as (

    select
        feed,
        count(*) as deliveries,
        max(received_on) as last_received_on,
        bit_xor(delivery) as fingerprint
    from batches
    group by feed

)

select * from feed_state
