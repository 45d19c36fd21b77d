-- The cube of emergency visits: France, régions and départements of the hospital × day, seven days and ISO week ×
-- sex × age schemes of SurSaUD.
with int_emergency__cube as (

    {{ cube_of(emergency()) }}

)

select * from int_emergency__cube
