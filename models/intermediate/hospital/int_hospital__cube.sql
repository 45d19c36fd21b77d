-- The cube of hospital stays: France, régions and départements of the hospital × day, seven days and ISO week × sex ×
-- ten-year age. Flows are sums over the period, stocks are those of its last day; with the population of the cell.
with days as (

    select * from {{ ref('int_hospital__cube_days') }}

),

windows as (

    select * from {{ ref('int_hospital__cube_windows') }}

),

int_hospital__cube as (

    {{
        cube(
            'days',
            'windows',
            ref('int_hospital__calendar'),
            hospital_cube_measures(),
            hospital_patient_days()
        )
    }}

)

select * from int_hospital__cube
