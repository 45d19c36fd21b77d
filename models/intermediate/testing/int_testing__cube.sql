-- The cube of testing: France, régions and départements × day, seven days and ISO week × sex × age schemes. Sums, with
-- the population of the cell beside them.
with int_testing__cube as (

    {{
        cube(
            ref('int_testing__cube_days'),
            ref('int_testing__cube_windows'),
            ref('int_testing__calendar'),
            testing_measures()
        )
    }}

)

select * from int_testing__cube
