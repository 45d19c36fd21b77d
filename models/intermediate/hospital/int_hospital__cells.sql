-- The figures as they stand, by finest cell: what is sealed of older months plus what the batches changed since.

with int_hospital__cells as (

    {{ cells_of(hospital()) }}

)

select * from int_hospital__cells
