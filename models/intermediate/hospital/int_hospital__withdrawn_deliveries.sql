-- The deliveries of the theme that were withdrawn, each with the batch that took the withdrawal in.
with int_hospital__withdrawn_deliveries as (

    {{ withdrawn_deliveries('int_hospital__batches') }}

)

select * from int_hospital__withdrawn_deliveries
