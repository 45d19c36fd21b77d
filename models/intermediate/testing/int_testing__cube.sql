-- The cube of testing: France, régions and départements × day, seven days and ISO week × sex × age schemes. Sums, with
-- the population of the cell beside them.
with calendar as (

    select * from {{ ref('int_testing__calendar') }}

),

periods as (

    select 'day' as period, period_end as period_start, days.* exclude (batch)
    from {{ ref('int_testing__cube_days') }} as days
    union all
    select 'rolling7' as period, period_end - 6 as period_start, windows.*
    from {{ ref('int_testing__cube_windows') }} as windows
    union all
    select 'week' as period, period_end - 6 as period_start, windows.*
    from {{ ref('int_testing__cube_windows') }} as windows
    where isodow(period_end) = 7

),

int_testing__cube as (

    select
        periods.geo_level,
        periods.geo_code,
        periods.period,
        periods.period_start,
        periods.period_end,
        periods.sex,
        periods.age_scheme,
        periods.age_class,
        {{ list_measures(testing_measures(), 'periods') }},
        population.population,
        population.population_vintage,
        {{ status_by_age('periods.period_end', 'calendar.received_until') }} as status
    from periods
    inner join calendar
        on periods.period_start >= calendar.first_day and periods.period_end <= calendar.last_day
    left join {{ ref('int_referential__population') }} as population
        on
            periods.geo_level = population.geo_level
            and periods.geo_code = population.geo_code
            and periods.sex = population.sex
            and periods.age_scheme = population.age_scheme
            and periods.age_class = population.age_class
            and periods.period_end >= population.valid_from
            and periods.period_end < population.valid_to

)

select * from int_testing__cube
