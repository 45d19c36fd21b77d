-- The deliveries of the theme that were withdrawn, each with the batch that took the withdrawal in.
with int_emergency__withdrawn_deliveries as (

    {{ withdrawn_deliveries('int_emergency__batches') }}

)

select * from int_emergency__withdrawn_deliveries
