-- The case definition, one row per person and day: tested when no result of the person was positive in the 60 days
-- before; a case when moreover positive. Whether the person was positive longer ago tells apart who counts by another
-- definition as well: that of the first positive result ever.
-- Positive serologies stand beside, one row each: they make neither cases nor tested people.
with person_days as (

    select * from {{ ref('int_testing__person_days') }}

),

earlier_positives as (

    select * from {{ ref('int_testing__earlier_positives') }}

),

virology as (

    select
        person_days.*,
        earlier_positives.is_recent is not true as is_tested,
        earlier_positives.is_recent is not true and person_days.result = 'positive' as is_case,
        earlier_positives.is_recent is false as was_positive,
        0 as positive_serologies
    from person_days
    left join earlier_positives using (sign, person_key, sampled_on)

),

serology as (

    select
        states.* exclude (is_counted),
        0 as tests,
        0 as antigenic_tests,
        false as is_tested,
        false as is_case,
        false as was_positive,
        1 as positive_serologies
    from {{ ref('int_testing__states') }} as states
    where states.is_counted and states.analysis = 'serology' and states.result = 'positive'

),

int_testing__classified as (

    select * from virology
    union all
    select * from serology

)

select * from int_testing__classified
