-- Every cell of the cube by day: France, régions and départements (and what has no known place) × sex × ten-year
-- age, for each day between the first and the last one that figures ever had. A zero is published as a zero.
with int_hospital__empty_cells as (

    {{ empty_cells_of(hospital()) }}

)

select * from int_hospital__empty_cells
