-- The deliveries of the theme that were withdrawn, each with the batch that took the withdrawal in.
with int_house_calls__withdrawn_deliveries as (

    {{ withdrawn_deliveries('int_house_calls__batches') }}

)

select * from int_house_calls__withdrawn_deliveries
