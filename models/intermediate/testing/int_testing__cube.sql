-- The cube of testing: France, régions and départements × day, seven days and ISO week × sex × age schemes. Sums, with
-- the population of the cell beside them.
with days as (

    select * from {{ ref('int_testing__cube_days') }}

),

windows as (

    select * from {{ ref('int_testing__cube_windows') }}

),

int_testing__cube as (

    {{ cube('days', 'windows', ref('int_testing__calendar'), testing_measures()) }}

)

select * from int_testing__cube
