{{ config(materialized='table') }}

-- The boxes with the class of positivity, where those that are possible beside the classes of incidence and testing may
-- be published; as narrow as it makes them.
with int_testing__local_positivity as (

    select
        boxes.* exclude (cases_low, cases_high, tested_low, tested_high),
        classes.label as tp_classe,
        coalesce(classes.class_cases_low, boxes.cases_low) as cases_low,
        coalesce(classes.class_cases_high, boxes.cases_high) as cases_high,
        coalesce(classes.class_tested_low, boxes.tested_low) as tested_low,
        coalesce(classes.class_tested_high, boxes.tested_high) as tested_high
    from {{ ref('int_testing__local_sums') }} as boxes
    left join {{ ref('int_testing__positivity_classes') }} as classes
        on
            boxes.ti_classe is not null
            and boxes.td_classe is not null
            and boxes.cases_low = classes.cases_low
            and boxes.cases_high = classes.cases_high
            and boxes.tested_low = classes.tested_low
            and boxes.tested_high = classes.tested_high
            and {{ percentage('boxes.cases', 'boxes.tested') }} >= classes.lower
            and {{ percentage('boxes.cases', 'boxes.tested') }} < coalesce(classes.upper, 'infinity'::double)

)

select * from int_testing__local_positivity
