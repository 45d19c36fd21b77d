{{ config(materialized='table') }}

-- The boxes, all ages of communes and EPCI as their IRIS and communes narrow them: between the sums of what those leave
-- open. A commune that is alone in its part of a département never has classes.
with by_iris as (

    select
        places.com,
        boxes.period_end,
        sum(boxes.cases_low) as cases_low,
        sum(boxes.cases_high) as cases_high,
        sum(boxes.tested_low) as tested_low,
        sum(boxes.tested_high) as tested_high
    from {{ ref('int_testing__local_boxes') }} as boxes
    inner join {{ ref('int_referential__places') }} as places on boxes.geo_code = places.iris
    where boxes.geo_level = 'IRIS' and boxes.age_class = 'all'
    group by places.com, boxes.period_end
    having count(*) > 1

),

communes as (

    select
        boxes.geo_code as com,
        boxes.period_end,
        7 * floor(boxes.population) as unlimited,
        greatest(boxes.cases_low, by_iris.cases_low) as cases_low,
        least(boxes.cases_high, by_iris.cases_high) as cases_high,
        greatest(boxes.tested_low, by_iris.tested_low) as tested_low,
        least(boxes.tested_high, by_iris.tested_high) as tested_high
    from {{ ref('int_testing__local_boxes') }} as boxes
    left join by_iris on boxes.geo_code = by_iris.com and boxes.period_end = by_iris.period_end
    where boxes.geo_level = 'COM' and boxes.age_class = 'all'

),

sums as (

    select
        'COM' as geo_level,
        com as geo_code,
        period_end,
        cases_low,
        cases_high,
        tested_low,
        tested_high
    from communes
    union all
    select
        'EPCI' as geo_level,
        nesting.epci as geo_code,
        communes.period_end,
        sum(case when nesting.is_alone then 0 else communes.cases_low end) as cases_low,
        sum(case when nesting.is_alone then communes.unlimited else communes.cases_high end) as cases_high,
        sum(case when nesting.is_alone then 0 else communes.tested_low end) as tested_low,
        sum(case when nesting.is_alone then communes.unlimited else communes.tested_high end) as tested_high
    from communes
    inner join {{ ref('int_referential__nesting') }} as nesting on communes.com = nesting.com
    where nesting.epci is not null
    group by nesting.epci, communes.period_end

),

int_testing__local_sums as (

    select
        boxes.* replace (
            greatest(boxes.cases_low, sums.cases_low)::bigint as cases_low,
            least(boxes.cases_high, sums.cases_high)::bigint as cases_high,
            greatest(boxes.tested_low, sums.tested_low)::bigint as tested_low,
            least(boxes.tested_high, sums.tested_high)::bigint as tested_high
        )
    from {{ ref('int_testing__local_boxes') }} as boxes
    left join sums
        on
            boxes.age_class = 'all'
            and boxes.geo_level = sums.geo_level
            and boxes.geo_code = sums.geo_code
            and boxes.period_end = sums.period_end

)

select * from int_testing__local_sums
