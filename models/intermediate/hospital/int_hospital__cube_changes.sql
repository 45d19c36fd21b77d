-- What the batches that the cube by day has not taken in change in each of its cells: the flows of a day, and the
-- stocks of that day and of all later ones until the next change undoes it.

with int_hospital__cube_changes as (

    {{ cube_changes_of(hospital()) }}

)

select * from int_hospital__cube_changes
