{{ config(materialized='table') }}

-- The boxes with the class of positivity, where it leaves enough cases open even to someone who knows how many were
-- tested, and enough people tested to someone who knows the cases: sums may tell much of the one or the other. As wide
-- as they are to him the boxes go on.
with boxes as (

    select * from {{ ref('int_testing__local_boxes') }}

),

classed as (

    select
        boxes.*,
        classes.label,
        classes.lower / 100 as low,
        coalesce(classes.upper, 'infinity'::double) / 100 as high
    from boxes
    inner join {{ ref('int_referential__class_ladders') }} as classes
        on
            classes.rate = 'tp'
            and boxes.tested_low >= classes.size_from
            and boxes.tested_low < classes.size_to
            and {{ percentage('boxes.cases', 'boxes.tested') }} >= classes.lower
            and {{ percentage('boxes.cases', 'boxes.tested') }} < coalesce(classes.upper, 'infinity'::double)
    where boxes.ti_classe is not null and boxes.td_classe is not null

),

narrowed as (

    select
        geo_level,
        geo_code,
        period_end,
        age_class,
        label,
        greatest(cases_low, ceil(low * tested)) as cases_low,
        least(cases_high, ceil(high * tested) - 1) as cases_high,
        greatest(tested_low, floor(cases / high) + 1) as tested_low,
        least(tested_high, floor(cases / nullif(low, 0))) as tested_high
    from classed

),

told as (

    select * from narrowed
    where {{ enough_counts('cases_low', 'cases_high') }} and {{ enough_counts('tested_low', 'tested_high') }}

),

int_testing__local_positivity as (

    select
        boxes.* exclude (cases_low, cases_high, tested_low, tested_high),
        told.label as tp_classe,
        greatest(boxes.cases_low, told.cases_low)::bigint as cases_low,
        least(boxes.cases_high, told.cases_high)::bigint as cases_high,
        greatest(boxes.tested_low, told.tested_low)::bigint as tested_low,
        least(boxes.tested_high, told.tested_high)::bigint as tested_high
    from boxes
    left join told using (geo_level, geo_code, period_end, age_class)

)

select * from int_testing__local_positivity
