-- Days from onset of symptoms to sampling, among symptomatic cases: median and number of people, by ten-year age.
with cells as (

    select * from {{ ref('int_testing__cells') }}
    where cell_level = 'onset_delay' and cases > 0

),

periods as (

    {{ windows_of('cells', ['place', 'age_band', 'delay', 'cases']) }}

),

histograms as (

    select
        case when grouping(dep) = 0 then 'DEP' when grouping(reg) = 0 then 'REG' else 'FRA' end as geo_level,
        coalesce(dep, reg, 'FR') as geo_code,
        period,
        period_start,
        period_end,
        case when grouping(age10) = 0 then 'age10' else 'all' end as age_scheme,
        coalesce(age10, 'all') as age_class,
        delay,
        sum(people) as people
    from (
        select
            coalesce(departements.dep, 'unknown') as dep,
            coalesce(departements.reg, 'unknown') as reg,
            coalesce(bands.age10, 'unknown') as age10,
            periods.* exclude (cases),
            periods.cases as people
        from periods
        left join {{ ref('departements') }} as departements on periods.place = departements.dep
        left join (select distinct age_band, age10 from {{ ref('age_years') }}) as bands using (age_band)
    ) as located
    group by period, period_start, period_end, delay, grouping sets ((dep), (reg), ()), grouping sets ((age10), ())

),

medians as (

    {{ median_of_histogram(
        'histograms', ['geo_level', 'geo_code', 'period', 'period_start', 'period_end', 'age_scheme', 'age_class']
    ) }}

),

int_testing__onset_delays as (

    select
        medians.* exclude (people_under_24),
        'all' as sex,
        {{ status_by_age('medians.period_end', 'calendar.received_until') }} as status
    from medians
    cross join {{ ref('int_testing__calendar') }} as calendar

)

select * from int_testing__onset_delays
