-- One row per person and day of test that has a positive result of the same person before it, and whether one of them
-- is recent enough for the day not to count.
with tests as not materialized (

    select * from {{ ref('int_testing__states') }}
    where analysis in ('rt_pcr', 'antigenic') and result in ('positive', 'negative')

),

positive_days as (

    select distinct
        sign,
        person_key,
        sampled_on
    from tests
    where result = 'positive'

),

test_days as (

    select distinct
        tests.sign,
        tests.person_key,
        tests.sampled_on
    from tests
    semi join positive_days using (sign, person_key)
    where tests.is_counted

),

int_testing__earlier_positives as (

    select
        test_days.sign,
        test_days.person_key,
        test_days.sampled_on,
        test_days.sampled_on - max(positive_days.sampled_on) <= {{ var('case_free_days') }} as is_recent
    from test_days
    inner join positive_days
        on
            test_days.sign = positive_days.sign
            and test_days.person_key = positive_days.person_key
            and test_days.sampled_on > positive_days.sampled_on
    group by test_days.sign, test_days.person_key, test_days.sampled_on

)

select * from int_testing__earlier_positives
