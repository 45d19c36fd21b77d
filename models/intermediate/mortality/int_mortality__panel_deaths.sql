-- Deaths by week in the communes of the panel of each year assessed: those that have transmitted since its baseline
-- begins. France, régions and départements, all ages and by 65plus; every week present, zero included. What the age of
-- a week says of its figure stands here, in a table, so that a figure that becomes final is one that changes.
{{ config(materialized='table') }}
{% set setting = var('baseline') %}
with weeks as (

    select * from {{ ref('int_mortality__weeks') }}
    where years_fitted >= {{ setting.least }}

),

places as (

    {{ places_of_cube() }}

),

located as (

    select
        weeks.assessed_year,
        weeks.week_end,
        departements.dep,
        departements.reg,
        coalesce(ages.age65, 'unknown') as age65,
        cells.deaths
    from weeks
    inner join {{ ref('int_mortality__cells') }} as cells
        on cells.cell_level = 'commune' and cells.day between weeks.week_end - 6 and weeks.week_end
    inner join {{ ref('int_mortality__panel') }} as panel
        on cells.place = panel.com and weeks.fitted_from >= panel.transmits_since
    inner join {{ ref('departements') }} as departements on panel.dep = departements.dep
    left join {{ ref('int_mortality__ages') }} as ages on cells.age_band = ages.mortality

),

counted as (

    select
        assessed_year,
        week_end,
        case when grouping(dep) = 0 then 'DEP' when grouping(reg) = 0 then 'REG' else 'FRA' end as geo_level,
        coalesce(dep, reg, 'FR') as geo_code,
        coalesce(age65, 'all') as age_class,
        sum(deaths)::integer as deaths
    from located
    group by assessed_year, week_end, grouping sets ((dep), (reg), ()), grouping sets ((age65), ())

),

int_mortality__panel_deaths as (

    select
        weeks.assessed_year,
        weeks.week_end as period_end,
        weeks.is_assessed,
        places.geo_level,
        places.geo_code,
        classes.age_scheme,
        classes.age_class,
        coalesce(counted.deaths, 0) as deaths,
        avg(coalesce(counted.deaths, 0)) filter (not weeks.is_assessed) over series >= {{ setting.weekly }}
            as is_fitted,
        weeks.week_end <= calendar.received_until - {{ setting.withheld_days }} as is_told,
        case
            when weeks.week_end > calendar.received_until - {{ mortality().provisional_days }} then 'provisional'
            else 'final'
        end as status
    from weeks
    cross join {{ ref('int_mortality__calendar') }} as calendar
    cross join places
    cross join (values ('all', 'all'), ('65plus', '64'), ('65plus', '65')) as classes (age_scheme, age_class)
    left join counted
        on
            weeks.assessed_year = counted.assessed_year
            and weeks.week_end = counted.week_end
            and places.geo_level = counted.geo_level
            and places.geo_code = counted.geo_code
            and classes.age_class = counted.age_class
    where places.geo_code <> 'unknown'
    window series as (partition by weeks.assessed_year, places.geo_level, places.geo_code, classes.age_class)

)

select * from int_mortality__panel_deaths
