-- What the batches that the cube by day has not taken in change in each of its cells.

with int_testing__cube_changes as (

    {{ cube_changes_of(testing()) }}

)

select * from int_testing__cube_changes
