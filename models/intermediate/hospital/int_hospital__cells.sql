-- The figures as they stand, by finest cell: the sum of all that was ever changed.
with changes as (

    select * from {{ ref('int_hospital__changes') }}
    where cell_level <> 'delivery'

),

int_hospital__cells as (

    select
        cell_level,
        day,
        place,
        sex,
        age_band,
        hospital,
        nights,
        {{ sum_measures(hospital_measures()) }}
    from changes
    group by cell_level, day, place, sex, age_band, hospital, nights
    having {{ any_measure(hospital_measures()) }}

)

select * from int_hospital__cells
