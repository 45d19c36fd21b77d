-- What the batches that the cube by day has not taken in change in each of its cells.
with int_house_calls__cube_changes as (

    {{ cube_changes_of(house_calls()) }}

)

select * from int_house_calls__cube_changes
