-- The last whole week of communes and IRIS, and those of EPCI, that are no longer provisional, and whether the place
-- may have classes of the age: not a commune that is alone in its part of a département, of which the counts are known.
with alone as (

    select com from {{ ref('int_referential__nesting') }}
    where is_alone

),

int_testing__local_cells as (

    select
        counts.geo_level,
        counts.geo_code,
        counts.period_end,
        counts.age_class,
        counts.cases,
        counts.tested,
        counts.population,
        case counts.age_class
            when 'all' then alone.com is null
            else alone.com is null and counts.geo_level <> 'IRIS' and counts.population >= {{ var('disclosure').older }}
        end is true as is_classed
    from {{ ref('int_testing__local_cube') }} as counts
    left join alone on counts.geo_level <> 'EPCI' and counts.geo_code[:5] = alone.com
    where
        counts.period = 'week'
        and counts.status = 'final'
        and counts.geo_level in ('EPCI', 'COM', 'IRIS')
        and counts.geo_code <> 'unknown'
        and counts.age_class in ('all', '65')
        and (counts.age_class = '65' or counts.population > 0)
    qualify counts.geo_level = 'EPCI' or counts.period_end = max(counts.period_end) over (partition by counts.geo_level)

)

select * from int_testing__local_cells
