-- The cube of hospital stays: France, régions and départements of the hospital × day, seven days and ISO week × sex ×
-- ten-year age. Flows are sums over the period, stocks are those of its last day; with the population of the cell.
with calendar as (

    select * from {{ ref('int_hospital__calendar') }}

),

periods as (

    select
        'day' as period,
        period_end as period_start,
        days.* exclude (batch),
        hospitalised as patient_days,
        critical as critical_patient_days
    from {{ ref('int_hospital__cube_days') }} as days
    union all
    select 'rolling7' as period, period_end - 6 as period_start, windows.*
    from {{ ref('int_hospital__cube_windows') }} as windows
    union all
    select 'week' as period, period_end - 6 as period_start, windows.*
    from {{ ref('int_hospital__cube_windows') }} as windows
    where isodow(period_end) = 7

),

int_hospital__cube as (

    select
        periods.geo_level,
        periods.geo_code,
        periods.period,
        periods.period_start,
        periods.period_end,
        periods.sex,
        periods.age_scheme,
        periods.age_class,
        {{ list_measures(hospital_cube_measures(), 'periods') }},
        periods.patient_days,
        periods.critical_patient_days,
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

select * from int_hospital__cube
