-- The record versions that the cells have not taken in yet: all of them when the cells are rebuilt.
with results as (

    select * from {{ ref('stg_sidep__results') }}
    where received_on >= {{ received_from('int_testing__changes', 'int_testing__batches') }}

),

batches as (

    select * from {{ ref('int_testing__batches') }}
    where
        feed = 'sidep' and batch > {{ applied_batch('int_testing__changes') }}
        and delivery not in (select delivery from {{ ref('int_testing__withdrawn_deliveries') }})

),

int_testing__incoming as (

    select
        results.*,
        batches.batch
    from results
    inner join batches on results.delivery = batches.delivery

)

select * from int_testing__incoming
