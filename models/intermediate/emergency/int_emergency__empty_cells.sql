-- Every cell of the cube by day, for each day between the first and the last one that figures ever had. A zero is
-- published as a zero.
with int_emergency__empty_cells as (

    {{ empty_cells_of(emergency()) }}

)

select * from int_emergency__empty_cells
