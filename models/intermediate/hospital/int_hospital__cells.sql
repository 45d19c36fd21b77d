-- The figures as they stand, by finest cell: what is sealed of older months plus what the batches changed since.
with accumulated as (

    {{ accumulated('int_hospital__changes', 'day', 'int_hospital__batches') }}

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
    from accumulated
    group by cell_level, day, place, sex, age_band, hospital, nights

)

select * from int_hospital__cells
