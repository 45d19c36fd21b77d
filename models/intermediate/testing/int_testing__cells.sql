-- The counts as they stand, by finest cell: what the batches changed, summed.
with changes as (

    select * from {{ ref('int_testing__changes') }}
    where cell_level <> 'delivery'

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
    from changes
    group by cell_level, sampled_on, place, sex, age_band, delay

)

select * from int_testing__cells
