-- One row per person and day with a conclusive virological test, described by the test that is retained: positive
-- before negative, RT-PCR before antigenic, then the earliest, then the first received: never a key, which is another
-- one under another secret.
with tests as not materialized (

    select * exclude (is_counted) from {{ ref('int_testing__states') }}
    where is_counted and analysis in ('rt_pcr', 'antigenic') and result in ('positive', 'negative')

),

-- Found by one number, which is cheap; that two groups may share it only makes a few more rows be looked at.
crowded as (

    select hash(sign, person_key, sampled_on) as person_day
    from tests
    group by person_day
    having count(*) > 1

),

crowded_tests as (

    select tests.*
    from tests
    semi join crowded on hash(tests.sign, tests.person_key, tests.sampled_on) = crowded.person_day

),

several_tests as (

    select
        *,
        count(*) over person_day as tests,
        count(*) filter (analysis = 'antigenic') over person_day as antigenic_tests
    from crowded_tests
    window person_day as (partition by sign, person_key, sampled_on)
    qualify row_number() over (
        partition by sign, person_key, sampled_on
        order by
            result = 'positive' desc,
            analysis = 'rt_pcr' desc,
            sampled_at asc,
            arrival asc,
            received_on asc,
            delivery asc,
            line asc
    ) = 1

),

one_test as (

    select
        tests.*,
        1 as tests,
        (tests.analysis = 'antigenic')::bigint as antigenic_tests
    from tests
    anti join crowded on hash(tests.sign, tests.person_key, tests.sampled_on) = crowded.person_day

),

int_testing__person_days as (

    select * from one_test
    union all
    select * from several_tests

)

select * from int_testing__person_days
