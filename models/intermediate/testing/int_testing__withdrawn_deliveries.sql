-- The deliveries of the theme that were withdrawn, each with the batch that took the withdrawal in.
with int_testing__withdrawn_deliveries as (

    {{ withdrawn_deliveries('int_testing__batches') }}

)

select * from int_testing__withdrawn_deliveries
