-- The cube of hospital stays: France, régions and départements of the hospital × day, seven days and ISO week × sex ×
-- ten-year age. Flows are sums over the period, stocks are those of its last day; with the population of the cell.

with int_hospital__cube as (

    {{ cube_of(hospital()) }}

)

select * from int_hospital__cube
