-- One row per feed: a state that changes whenever a delivery is taken in, so that a published file of which no feed has
-- changed is not made again.
with deliveries as (

    select * from {{ ref('stg_landing__deliveries') }}
    where verdict = 'accepted'

),

feed_state as (

    select
        feed,
        count(*) as deliveries,
        max(received_on) as last_received_on,
        bit_xor(delivery) as fingerprint
    from deliveries
    group by feed

)

select * from feed_state
