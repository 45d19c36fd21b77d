-- The weeks of the sentinel GPs: what they reported, and the rate of acute respiratory infections. In a région it is
-- cases by patients in care; in France the mean of the régions that reported, each by its population, since practices
-- are not as many everywhere. `variance` is that of Poisson counts; `rated` and `covered` are the cases and patients in
-- the rate; `per_case` is the unit of its interval: an interval of the number of cases, in this unit, is that of the
-- rate (Dobson and others, Stat Med 1991;10:457-462).
{{ config(materialized='table') }}

with cells as (

    select
        cells.day as period_end,
        coalesce(regions.reg, 'unknown') as reg,
        {{ sum_measures(sentinel_gps().flows) }}
    from {{ ref('int_sentinel_gps__cells') }} as cells
    left join {{ ref('regions') }} as regions on cells.place = regions.reg
    where cells.cell_level = 'reg' and cells.reports > 0
    group by cells.day, coalesce(regions.reg, 'unknown')

),

weighted as (

    select
        cells.*,
        population.population,
        population.population_vintage,
        population.population
        / {{ exact_sum('population.population', 6) }} over (partition by cells.period_end) as weight
    from cells
    left join {{ ref('int_referential__population') }} as population
        on
            cells.reg = population.geo_code
            and population.geo_level = 'REG'
            and population.sex = 'all'
            and population.age_scheme = 'all'
            and cells.period_end >= population.valid_from
            and cells.period_end < population.valid_to

),

figures as (

    select
        case when grouping(reg) = 0 then 'REG' else 'FRA' end as geo_level,
        coalesce(reg, 'FR') as geo_code,
        period_end,
        {{ sum_measures(sentinel_gps().flows) }},
        case
            when grouping(reg) = 0 then any_value(cases / patients)
            else {{ exact_sum('weight * cases / patients') }}::double
        end as rate,
        case
            when grouping(reg) = 0 then any_value(cases / power(patients, 2))
            else {{ exact_sum('power(weight / patients, 2) * cases', 24) }}::double
        end as variance,
        case when grouping(reg) = 0 then any_value(1 / patients) else max(weight / patients) end as per_case,
        case when grouping(reg) = 0 then sum(cases) else sum(cases) filter (weight is not null) end as rated,
        case when grouping(reg) = 0 then sum(patients) else sum(patients) filter (weight is not null) end as covered,
        {{ exact_sum('population', 6) }}::double as population,
        string_agg(distinct population_vintage, ', ' order by population_vintage) as population_vintage
    from weighted
    group by period_end, grouping sets ((reg), ())

),

places as (

    {{ places_of_cube() }}

),

int_sentinel_gps__weeks as (

    select
        places.geo_level,
        places.geo_code,
        'week' as period,
        weeks.period_end - 6 as period_start,
        weeks.period_end,
        'all' as sex,
        'all' as age_scheme,
        'all' as age_class,
        {% for measure in sentinel_gps().flows -%}
            coalesce(figures.{{ measure }}, 0) as {{ measure }},
        {% endfor -%}
        figures.rate,
        figures.rated::integer as rated,
        figures.covered::integer as covered,
        case when figures.rated > 0 then sqrt(figures.variance / figures.rated) else figures.per_case end as per_case,
        figures.population,
        figures.population_vintage,
        {{ status_by_age(sentinel_gps(), 'weeks.period_end', 'weeks.received_until') }} as status
    from (
        select
            received_until,
            unnest(generate_series(first_day + 6, last_day, interval 7 day))::date as period_end
        from {{ ref('int_sentinel_gps__calendar') }}
    ) as weeks
    cross join places
    left join figures using (geo_level, geo_code, period_end)
    where places.geo_level <> 'DEP'

)

select * from int_sentinel_gps__weeks
