-- Whoever the national cube counts is counted in one EPCI, or as of unknown place: days of which they say otherwise.
with epci as (

    select
        day,
        sum(tested) as tested,
        sum(cases) as cases
    from {{ ref('int_testing__epci_days') }}
    group by day

),

france as (

    select
        period_end as day,
        tested,
        cases
    from {{ ref('int_testing__cube_days') }}
    where geo_level = 'FRA' and sex = 'all' and age_scheme = 'all'

)

select
    day,
    france.tested,
    epci.tested as tested_in_epci,
    france.cases,
    epci.cases as cases_in_epci
from france
full join epci using (day)
where
    coalesce(france.tested, 0) <> coalesce(epci.tested, 0)
    or coalesce(france.cases, 0) <> coalesce(epci.cases, 0)
