-- The latest figures are the sum of all that was ever changed: days for which the national cube says otherwise.
with history as (

    select
        day,
        sum(tested) as tested,
        sum(cases) as cases,
        sum(tests) as tests
    from {{ ref('int_testing__cells') }}
    where cell_level = 'dep'
    group by day

),

latest as (

    select
        period_end as day,
        tested,
        cases,
        tests
    from {{ ref('int_testing__cube_days') }}
    where geo_level = 'FRA' and sex = 'all' and age_scheme = 'all'

)

select
    day,
    latest.tested,
    history.tested as tested_in_history,
    latest.cases,
    history.cases as cases_in_history
from latest
full join history using (day)
where
    coalesce(latest.tested, 0) <> coalesce(history.tested, 0)
    or coalesce(latest.cases, 0) <> coalesce(history.cases, 0)
    or coalesce(latest.tests, 0) <> coalesce(history.tests, 0)
