-- Hours from sampling to result, among people tested: median, number of people, and how many waited less than 24 hours.
with cells as (

    select * from {{ ref('int_testing__cells') }}
    where cell_level = 'result_delay' and tested > 0

),

periods as (

    {{ windows_of('cells', ['place', 'delay', 'tested']) }}

),

histograms as (

    select
        case when grouping(dep) = 0 then 'DEP' when grouping(reg) = 0 then 'REG' else 'FRA' end as geo_level,
        coalesce(dep, reg, 'FR') as geo_code,
        period,
        period_start,
        period_end,
        delay,
        sum(tested) as people
    from (
        select
            coalesce(departements.dep, 'unknown') as dep,
            coalesce(departements.reg, 'unknown') as reg,
            periods.*
        from periods
        left join {{ ref('departements') }} as departements on periods.place = departements.dep
    ) as located
    group by period, period_start, period_end, delay, grouping sets ((dep), (reg), ())

),

medians as (

    {{ median_of_histogram('histograms', ['geo_level', 'geo_code', 'period', 'period_start', 'period_end']) }}

),

int_testing__result_delays as (

    select
        medians.*,
        'all' as sex,
        'all' as age_scheme,
        'all' as age_class,
        {{ status_by_age('medians.period_end', 'calendar.received_until') }} as status
    from medians
    cross join {{ ref('int_testing__calendar') }} as calendar

)

select * from int_testing__result_delays
