{{ config(materialized='table') }}

-- Every commune and week, whether its classes and those of its IRIS may stand side by side, and between what counts it
-- then stands. A sum between bounds leaves each of its terms as many counts as it has room above the sum of their low
-- ends and below that of their high ends. Where either is too small, neither is published, the sum no more than its
-- terms: that the terms alone are missing would say that the sum stands near to the end of its class.
with bounds as (

    select * from {{ ref('int_testing__local_bounds') }}

),

divided as (

    select
        places.com,
        bounds.period_end,
        bounds.age_class,
        sum(bounds.cases_low) as cases_low,
        sum(bounds.cases_high) as cases_high,
        sum(bounds.tested_low) as tested_low,
        sum(bounds.tested_high) as tested_high
    from bounds
    inner join {{ ref('int_referential__places') }} as places on bounds.geo_code = places.iris
    where bounds.geo_level = 'IRIS'
    group by places.com, bounds.period_end, bounds.age_class
    having count(*) > 1

),

-- What is published of a département that is one commune is published of the commune.
communes as (

    select
        nesting.* exclude (is_alone),
        bounds.* exclude (geo_level, geo_code) replace (
            case when nesting.is_departement then bounds.cases else bounds.cases_low end as cases_low,
            case when nesting.is_departement then bounds.cases else bounds.cases_high end as cases_high,
            case when nesting.is_departement then bounds.tested else bounds.tested_low end as tested_low,
            case when nesting.is_departement then bounds.tested else bounds.tested_high end as tested_high
        )
    from bounds
    inner join {{ ref('int_referential__nesting') }} as nesting on bounds.geo_code = nesting.com
    where bounds.geo_level = 'COM'

),

int_testing__divided_communes as (

    select
        communes.* exclude (cases_low, cases_high, tested_low, tested_high),
        bool_and(
            divided.com is null
            or {{ leave_each_other_enough(
                'communes.%s_low', 'communes.%s_high', 'divided.%s_low', 'divided.%s_high', 'commune'
            ) }}
        ) over (partition by communes.com, communes.period_end) as is_divided,
        case when is_divided then greatest(communes.cases_low, divided.cases_low) else 0 end as cases_low,
        coalesce(
            case when is_divided then least(communes.cases_high, divided.cases_high) end, {{ any_count() }}
        ) as cases_high,
        case when is_divided then greatest(communes.tested_low, divided.tested_low) else 0 end as tested_low,
        coalesce(
            case when is_divided then least(communes.tested_high, divided.tested_high) end, {{ any_count() }}
        ) as tested_high
    from communes
    left join divided using (com, period_end, age_class)

)

select * from int_testing__divided_communes
