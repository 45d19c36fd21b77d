-- What the batches that the cube by day has not taken in change in each of its cells.
with int_emergency__cube_changes as (

    {{ cube_changes_of(emergency()) }}

)

select * from int_emergency__cube_changes
