-- The cube of testing: France, régions and départements × day, seven days and ISO week × sex × age schemes. Sums, with
-- the population of the cell beside them.

with int_testing__cube as (

    {{ cube_of(testing()) }}

)

select * from int_testing__cube
