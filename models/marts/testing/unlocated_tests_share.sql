{% set indicator = {
    'title': {'fr': "Part de tests sans département connu", 'en': 'Share of tests without known département'},
    'unit': {'fr': '%', 'en': '%'},
    'formula': {'fr': "100 × tests sans département de résidence connu / tests", 'en': "100 × tests without known département of residence / tests"},
    'source': 'sidep',
    'breakdowns': [{'geo': ['FRA'], 'period': ['day', 'rolling7', 'week'], 'sex': ['all'], 'age': ['all']}],
    'open_data': national_file('unlocated-tests-share'),
    'fresh_by': '19:00',
    'lag_days': 3,
    'definition': '2020-12-08',
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

-- Not computed whole for who asks for some days.
with cube as not materialized (

    select * from {{ ref('int_testing__cube') }}
    where sex = 'all' and age_scheme = 'all'

),

unlocated as (

    select
        period,
        period_end,
        tests
    from cube
    where geo_level = 'DEP' and geo_code = 'unknown'

),

national as (

    select
        cube.*,
        unlocated.tests::double as numerator,
        cube.tests::double as denominator
    from cube
    inner join unlocated using (period, period_end)
    where {{ in_breakdowns(indicator) }}

),

unlocated_tests_share as (

    select
        {{ indicator_keys('unlocated_tests_share') }},
        numerator,
        denominator,
        {{ percentage('numerator', 'denominator') }} as value,
        {{ percentage_bound('numerator', 'denominator', '-') }} as ci_low,
        {{ percentage_bound('numerator', 'denominator', '+') }} as ci_high,
        {{ indicator_status(indicator) }}
    from national

)

select * from unlocated_tests_share
