-- One row per person and day with a conclusive virological test, described by the test that is retained: positive
-- before negative, RT-PCR before antigenic, then the earliest.
with tests as not materialized (

    select * from {{ ref('int_testing__states') }}
    where analysis in ('rt_pcr', 'antigenic') and result in ('positive', 'negative')

),

several_tests as (

    select
        sign,
        person_key,
        sampled_on,
        count(*) as tests,
        count(*) filter (analysis = 'antigenic') as antigenic_tests
    from tests
    group by sign, person_key, sampled_on
    having count(*) > 1

),

one_test as (

    select
        tests.*,
        1 as tests,
        (tests.analysis = 'antigenic')::bigint as antigenic_tests
    from tests
    anti join several_tests using (sign, person_key, sampled_on)

),

retained_test as (

    select
        tests.*,
        several_tests.tests,
        several_tests.antigenic_tests
    from tests
    inner join several_tests using (sign, person_key, sampled_on)
    qualify row_number() over (
        partition by tests.sign, tests.person_key, tests.sampled_on
        order by
            tests.result = 'positive' desc, tests.analysis = 'rt_pcr' desc, tests.sampled_at asc, tests.result_key asc
    ) = 1

),

int_testing__person_days as (

    select * from one_test
    union all
    select * from retained_test

)

select * from int_testing__person_days
