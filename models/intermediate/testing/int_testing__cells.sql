-- The counts as they stand, by finest cell: what is sealed of older months plus what the batches changed since.

with int_testing__cells as (

    {{ cells_of(testing()) }}

)

select * from int_testing__cells
