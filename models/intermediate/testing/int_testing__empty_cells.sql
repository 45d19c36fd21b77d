-- Every cell of the cube by day: France, régions and départements (and what has no known place) × sex × age schemes,
-- for each day between the first and the last one that figures ever had. A zero is published as a zero.
with int_testing__empty_cells as (

    {{ empty_cells_of(testing()) }}

)

select * from int_testing__empty_cells
