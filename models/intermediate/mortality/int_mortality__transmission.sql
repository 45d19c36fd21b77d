-- How much of a week was transmitted when it was so many weeks old, of what is known of it today: France, régions and
-- départements, for ages up to eight weeks that the week has reached.
with weeks as (

    select
        cells.day + 7 - isodow(cells.day)::integer as week_end,
        coalesce(departements.dep, 'unknown') as dep,
        coalesce(departements.reg, 'unknown') as reg,
        cells.weeks_old,
        cells.deaths
    from {{ ref('int_mortality__cells') }} as cells
    left join {{ ref('departements') }} as departements on cells.place = departements.dep
    where cells.cell_level = 'transmission'

),

ages as (

    select unnest(range(9))::integer as weeks_old

),

int_mortality__transmission as (

    select
        case
            when grouping(weeks.dep) = 0 then 'DEP'
            when grouping(weeks.reg) = 0 then 'REG'
            else 'FRA'
        end as geo_level,
        coalesce(weeks.dep, weeks.reg, 'FR') as geo_code,
        weeks.week_end,
        ages.weeks_old,
        coalesce(sum(weeks.deaths) filter (weeks.weeks_old <= ages.weeks_old), 0)::bigint as deaths_known,
        sum(weeks.deaths)::bigint as deaths
    from weeks
    cross join ages
    inner join {{ ref('int_mortality__calendar') }} as calendar
        on
            weeks.week_end - 6 >= calendar.first_day
            and weeks.week_end <= calendar.last_day
            and weeks.week_end + 7 * ages.weeks_old <= calendar.received_until
    group by weeks.week_end, ages.weeks_old, grouping sets ((weeks.dep), (weeks.reg), ())
    having sum(weeks.deaths) > 0

)

select * from int_mortality__transmission
