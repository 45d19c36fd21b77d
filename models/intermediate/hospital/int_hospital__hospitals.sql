-- Hospitals that have declared at least one stay up to each day, by département, région and for France.
with first_days as (

    select
        case when grouping(dep) = 0 then 'DEP' when grouping(reg) = 0 then 'REG' else 'FRA' end as geo_level,
        coalesce(dep, reg, 'FR') as geo_code,
        hospital,
        min(day) as first_day
    from (
        select
            coalesce(departements.dep, 'unknown') as dep,
            coalesce(departements.reg, 'unknown') as reg,
            cells.*
        from {{ ref('int_hospital__cells') }} as cells
        left join {{ ref('departements') }} as departements on cells.place = departements.dep
        where cells.cell_level = 'hospital' and cells.stays_declared > 0
    ) as located
    group by hospital, grouping sets ((dep), (reg), ())

),

new_hospitals as (

    select
        geo_level,
        geo_code,
        first_day as period_end,
        count(*) as hospitals
    from first_days
    group by geo_level, geo_code, first_day
    union all
    select
        geo_level,
        geo_code,
        period_end,
        0 as hospitals
    from {{ ref('int_hospital__cube_days') }}
    where sex = 'all' and age_scheme = 'all'

),

to_date as (

    select
        geo_level,
        geo_code,
        period_end,
        (sum(sum(hospitals)) over (partition by geo_level, geo_code order by period_end))::integer as hospitals
    from new_hospitals
    group by geo_level, geo_code, period_end

),

int_hospital__hospitals as (

    select
        to_date.*,
        calendar.first_day as period_start,
        {{ status_by_age('to_date.period_end', 'calendar.received_until') }} as status
    from to_date
    inner join {{ ref('int_hospital__calendar') }} as calendar
        on to_date.period_end between calendar.first_day and calendar.last_day

)

select * from int_hospital__hospitals
