-- The versions of events that the figures have not taken in yet: all of them when the figures are rebuilt.
with events as (

    select * from {{ ref('stg_sivic__events') }}
    where received_on >= {{ received_from('int_hospital__changes', 'int_hospital__batches') }}

),

batches as (

    select * from {{ ref('int_hospital__batches') }}
    where
        feed = 'sivic' and batch > {{ applied_batch('int_hospital__changes') }}
        and delivery not in (select delivery from {{ ref('int_hospital__withdrawn_deliveries') }})

),

int_hospital__incoming as (

    select
        events.*,
        batches.batch
    from events
    inner join batches on events.delivery = batches.delivery

)

select * from int_hospital__incoming
