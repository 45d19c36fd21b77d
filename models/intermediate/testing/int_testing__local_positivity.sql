{{ config(materialized='table') }}

-- The boxes with the class of positivity, where it leaves enough counts open beside the other two. Whether it stands is
-- decided by what incidence and testing tell and never by the positivity itself, so that its absence tells nothing.
with boxes as (

    select * from {{ ref('int_testing__local_boxes') }}

),

-- Each class into which the positivity could fall, and what it would leave of the box.
possible as (

    select
        boxes.geo_level,
        boxes.geo_code,
        boxes.period_end,
        boxes.age_class,
        classes.label as tp_classe,
        classes.lower as tp_low,
        classes.upper as tp_high,
        {{ percentage('boxes.cases', 'boxes.tested') }} >= classes.lower
        and {{ percentage('boxes.cases', 'boxes.tested') }} < coalesce(classes.upper, 'infinity'::double) as is_its_own,
        greatest(boxes.cases_low, ceil(classes.lower * boxes.tested_low / 100))::bigint as cases_low,
        least(boxes.cases_high, coalesce(ceil(classes.upper * boxes.tested_high / 100) - 1, boxes.cases_high))::bigint
            as cases_high,
        greatest(boxes.tested_low, coalesce(floor(100 * boxes.cases_low / classes.upper) + 1, 0))::bigint as tested_low,
        least(
            boxes.tested_high, coalesce(floor(100 * boxes.cases_high / nullif(classes.lower, 0)), boxes.tested_high)
        )::bigint as tested_high
    from boxes
    inner join {{ ref('int_referential__class_ladders') }} as classes
        on
            classes.rate = 'tp'
            and boxes.tested_low >= classes.size_from
            and boxes.tested_low < classes.size_to
    where boxes.ti_classe is not null and boxes.td_classe is not null

),

told as (

    select *
    from possible
    qualify
        bool_and(
            cases_low > cases_high
            or tested_low > tested_high
            or (
                {{ enough_counts('cases_low', 'cases_high') }} and {{ enough_counts('tested_low', 'tested_high') }}
            )
        ) over (partition by geo_level, geo_code, period_end, age_class)
        and is_its_own

),

int_testing__local_positivity as (

    select
        boxes.* exclude (cases_low, cases_high, tested_low, tested_high),
        told.tp_classe,
        told.tp_low,
        told.tp_high,
        coalesce(told.cases_low, boxes.cases_low) as cases_low,
        coalesce(told.cases_high, boxes.cases_high) as cases_high,
        coalesce(told.tested_low, boxes.tested_low) as tested_low,
        coalesce(told.tested_high, boxes.tested_high) as tested_high
    from boxes
    left join told using (geo_level, geo_code, period_end, age_class)

)

select * from int_testing__local_positivity
