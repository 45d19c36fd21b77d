-- The figures as they stand, by finest cell: what is sealed of older months plus what the batches changed since.
with int_house_calls__cells as (

    {{ cells_of(house_calls()) }}

)

select * from int_house_calls__cells
