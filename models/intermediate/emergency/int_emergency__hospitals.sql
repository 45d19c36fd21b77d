-- Hospitals that sent a visit of the period, and those of them that gave one a diagnosis.
with cells as (

    select * from {{ ref('int_emergency__cells') }}
    where cell_level = 'hospital' and visits > 0

),

periods as (

    {{ windows_of('cells', ['place', 'hospital', 'visits_coded'], ref('int_emergency__calendar')) }}

),

located as (

    select
        periods.*,
        coalesce(departements.dep, 'unknown') as dep,
        coalesce(departements.reg, 'unknown') as reg
    from periods
    left join {{ ref('departements') }} as departements on periods.place = departements.dep

),

counted as (

    select
        case when grouping(dep) = 0 then 'DEP' when grouping(reg) = 0 then 'REG' else 'FRA' end as geo_level,
        coalesce(dep, reg, 'FR') as geo_code,
        period,
        period_start,
        period_end,
        count(distinct hospital)::integer as hospitals,
        count(distinct hospital) filter (visits_coded > 0)::integer as hospitals_coding
    from located
    group by period, period_start, period_end, grouping sets ((dep), (reg), ())

),

int_emergency__hospitals as (

    select
        counted.*,
        'all' as sex,
        'all' as age_scheme,
        'all' as age_class,
        {{ status_by_age(emergency(), 'counted.period_end', 'calendar.received_until') }} as status
    from counted
    cross join {{ ref('int_emergency__calendar') }} as calendar

)

select * from int_emergency__hospitals
