-- The weeks of waste water, of France and of each plant, every week there. The ratio of a plant is the mean of its
-- analyses of the week; that of France the mean of the plants that reported, each by the inhabitants whom it serves.
-- The change since the week before is of plants that reported in both, so that it is none of who reports.
{{ config(materialized='table') }}

with plants as (

    select
        day as period_end,
        {{ stratum_of_station() }} as stratum,
        station,
        sum(population_served) / sum(analyses) as population,
        sum(ratios) / sum(analyses) as ratio
    from {{ ref('int_wastewater__cells') }}
    where cell_level = 'dep'
    group by day, station
    having sum(analyses) > 0

),

with_the_week_before as (

    select
        plants.*,
        week_before.ratio as ratio_before
    from plants
    left join plants as week_before
        on plants.station = week_before.station and plants.period_end = week_before.period_end + 7

),

figures as (

    select
        period_end,
        coalesce(stratum, 'all') as stratum,
        count(*) as plants,
        {{ exact_sum('population * ratio', 6) }}::double / {{ exact_sum('population', 6) }}::double as ratio,
        count(ratio_before) as plants_compared,
        {{ exact_sum('population * ratio', 6) }} filter (ratio_before is not null)::double
        / {{ exact_sum('population * ratio_before', 6) }}::double as growth
    from with_the_week_before
    group by period_end, grouping sets ((stratum), ())

),

int_wastewater__weeks as (

    select
        'FRA' as geo_level,
        'FR' as geo_code,
        'week' as period,
        weeks.period_end - 6 as period_start,
        weeks.period_end,
        'all' as sex,
        'all' as age_scheme,
        'all' as age_class,
        case strata.stratum when 'all' then 'all' else 'station' end as stratum_scheme,
        strata.stratum,
        coalesce(figures.plants, 0) as plants,
        figures.ratio,
        coalesce(figures.plants_compared, 0) as plants_compared,
        100 * (figures.growth - 1) as weekly_change,
        {{ status_by_age(wastewater(), 'weeks.period_end', 'weeks.received_until') }} as status
    from (
        select
            received_until,
            unnest(generate_series(first_day + 6, last_day, interval 7 day))::date as period_end
        from {{ ref('int_wastewater__calendar') }}
    ) as weeks
    cross join (
        select unnest(['all', {{ quoted(strata_of(wastewater().strata.station)) }}]) as stratum
    ) as strata
    left join figures on weeks.period_end = figures.period_end and strata.stratum = figures.stratum
    -- A sample is of a week that goes on; what is told of a week waits for its end.
    where weeks.period_end <= weeks.received_until

)

select * from int_wastewater__weeks
