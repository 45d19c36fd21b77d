-- The figures as they stand, by finest cell: what is sealed of older months plus what the batches changed since.
with int_emergency__cells as (

    {{ cells_of(emergency()) }}

)

select * from int_emergency__cells
