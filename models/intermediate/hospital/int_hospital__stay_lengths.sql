-- Nights from entry to return home or death, among the stays that ended so in the period: median and number of stays,
-- by ten-year age. A transfer out ends no illness, so it ends no stay here.
with cells as (

    select
        *,
        discharges + deaths as people
    from {{ ref('int_hospital__cells') }}
    where cell_level = 'stay_length' and discharges + deaths > 0

),

periods as (

    {{ windows_of('cells', ['place', 'age_band', 'nights', 'people'], ref('int_hospital__calendar'), 'day') }}

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
        nights as delay,
        sum(people) as people
    from (
        select
            coalesce(departements.dep, 'unknown') as dep,
            coalesce(departements.reg, 'unknown') as reg,
            coalesce(bands.age10, 'unknown') as age10,
            periods.*
        from periods
        left join {{ ref('departements') }} as departements on periods.place = departements.dep
        left join (select distinct age_band, age10 from {{ ref('age_years') }}) as bands using (age_band)
    ) as located
    group by period, period_start, period_end, nights, grouping sets ((dep), (reg), ()),
        grouping sets ((age10), ())

),

medians as (

    {{ median_of_histogram(
        'histograms', ['geo_level', 'geo_code', 'period', 'period_start', 'period_end', 'age_scheme', 'age_class']
    ) }}

),

int_hospital__stay_lengths as (

    select
        medians.* exclude (people_under_24, median_delay),
        medians.median_delay as median_nights,
        'all' as sex,
        {{ status_by_age('medians.period_end', 'calendar.received_until') }} as status
    from medians
    cross join {{ ref('int_hospital__calendar') }} as calendar

)

select * from int_hospital__stay_lengths
