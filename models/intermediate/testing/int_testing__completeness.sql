-- How much of a day was known when it was 0 to 30 days old, against what is known of it now: overall and by laboratory.
-- A result counts from the receipt of its current version. Only ages that the day has reached.
with cells as (

    select * from {{ ref('int_testing__cells') }}
    where cell_level = 'receipt_delay' and (tested <> 0 or cases <> 0)

),

ages as (

    select unnest([0, 1, 2, 3, 4, 5, 6, 7, 10, 14, 21, 30]) as age_days

),

known as (

    select
        coalesce(cells.place, 'all') as laboratory,
        cells.day,
        ages.age_days,
        coalesce(sum(cells.tested) filter (cells.delay <= ages.age_days), 0)::integer as tested_known,
        sum(cells.tested)::integer as tested,
        coalesce(sum(cells.cases) filter (cells.delay <= ages.age_days), 0)::integer as cases_known,
        sum(cells.cases)::integer as cases
    from cells
    cross join ages
    group by cells.day, ages.age_days, grouping sets ((cells.place), ())

),

int_testing__completeness as (

    select known.*
    from known
    inner join {{ ref('int_testing__calendar') }} as calendar
        on calendar.received_until - known.day >= known.age_days

)

select * from int_testing__completeness
