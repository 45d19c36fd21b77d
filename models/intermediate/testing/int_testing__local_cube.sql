-- The cube of testing below the département: EPCI and métropoles × seven days and ISO week, communes and IRIS × ISO
-- week, by under or over 65. Sums, with the population of the cell beside them; published as classes only, métropoles
-- excepted.
with windows as (

    select * from {{ ref('int_testing__local_windows') }}

),

calendar as (

    select * from {{ ref('int_testing__calendar') }}

),

periods as (

    select 'rolling7' as period, * from windows where geo_level in ('EPCI', 'METRO')
    union all
    select 'week' as period, * from windows where isodow(period_end) = 7

),

int_testing__local_cube as (

    select
        periods.geo_level,
        periods.geo_code,
        periods.period,
        periods.period_end - 6 as period_start,
        periods.period_end,
        'all' as sex,
        case periods.age_class when 'all' then 'all' else '65plus' end as age_scheme,
        periods.age_class,
        periods.tested,
        periods.cases,
        population.population,
        population.population_vintage,
        case
            when population.population < {{ var('minimum_population') }} then 'suppressed'
            else {{ status_by_age(testing(), 'periods.period_end', 'calendar.received_until') }}
        end as status
    from periods
    cross join calendar
    left join {{ ref('int_referential__population') }} as population
        on
            periods.geo_level = population.geo_level
            and periods.geo_code = population.geo_code
            and population.sex = 'all'
            and periods.age_class = population.age_class
            and periods.period_end >= population.valid_from
            and periods.period_end < population.valid_to

)

select * from int_testing__local_cube
