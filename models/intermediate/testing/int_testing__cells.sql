-- The counts as they stand, by finest cell: what is sealed of older months plus what the batches changed since.
with sealed as (

    {{ sealed_sums('int_testing__changes') }}

),

sealed_until as (

    select
        month,
        max(batch) as batch
    from sealed
    group by month

),

changes as (

    select changes.*
    from {{ ref('int_testing__changes') }} as changes
    left join sealed_until on date_trunc('month', changes.sampled_on) = sealed_until.month
    where changes.cell_level <> 'delivery' and changes.batch > coalesce(sealed_until.batch, 0)

),

both_sides as (

    select * from sealed
    union all by name
    select * from changes

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
    from both_sides
    group by cell_level, sampled_on, place, sex, age_band, delay

)

select * from int_testing__cells
