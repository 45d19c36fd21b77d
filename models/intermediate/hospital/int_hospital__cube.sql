-- The cube of hospital stays: France, régions and départements of the hospital × day, seven days and ISO week × sex ×
-- ten-year age. Flows are sums over the period, stocks are those of its last day; with the population of the cell.
with int_hospital__cube as (

    {{
        cube(
            ref('int_hospital__cube_days'),
            ref('int_hospital__cube_windows'),
            ref('int_hospital__calendar'),
            hospital_cube_measures(),
            hospital_patient_days()
        )
    }}

)

select * from int_hospital__cube
