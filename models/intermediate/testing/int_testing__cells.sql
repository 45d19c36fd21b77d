-- The counts as they stand, by finest cell: what is sealed of older months plus what the batches changed since.
with accumulated as (

    select * from {{ ref('int_testing__accumulated') }}

),

int_testing__cells as (

    select
        cell_level,
        sampled_on,
        place,
        sex,
        age_band,
        delay,
        {{ sum_measures(testing_measures()) }}
    from accumulated
    group by cell_level, sampled_on, place, sex, age_band, delay

)

select * from int_testing__cells
