{{ config(materialized='table') }}

-- For every commune and week, whether its classes and those of its IRIS may be told beside those of its EPCI, and
-- between what counts it then stands. A sum between bounds leaves each of its terms as many counts as it has room above
-- the sum of their low ends and below that of their high ends: where either is too small, the finer classes are not
-- told.
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

with_iris as (

    select
        communes.* exclude (cases_low, cases_high, tested_low, tested_high),
        bool_and(
            divided.com is null
            or {{ leave_each_other_enough('communes.%s_low', 'communes.%s_high', 'divided.%s_low', 'divided.%s_high') }}
        ) over (partition by communes.com, communes.period_end) as is_divided,
        greatest(communes.cases_low, case when is_divided then divided.cases_low end) as cases_low,
        least(communes.cases_high, case when is_divided then divided.cases_high end) as cases_high,
        greatest(communes.tested_low, case when is_divided then divided.tested_low end) as tested_low,
        least(communes.tested_high, case when is_divided then divided.tested_high end) as tested_high
    from communes
    left join divided using (com, period_end, age_class)

),

of_epci as (

    select
        communes.epci,
        communes.period_end,
        communes.age_class,
        {{ leave_each_other_enough(
            'any_value(bounds.%s_low)', 'any_value(bounds.%s_high)', 'sum(communes.%s_low)', 'sum(communes.%s_high)'
        ) }} as holds
    from with_iris as communes
    inner join bounds
        on
            bounds.geo_level = 'EPCI'
            and communes.epci = bounds.geo_code
            and communes.period_end = bounds.period_end
            and communes.age_class = bounds.age_class
    group by communes.epci, communes.period_end, communes.age_class

),

int_testing__told_communes as (

    select
        communes.* exclude (cases_low, tested_low),
        bool_and(coalesce(of_epci.holds, true)) filter (communes.age_class = 'all') over of_commune as is_told,
        bool_and(coalesce(of_epci.holds, true)) over of_commune as is_told_older,
        case
            when case communes.age_class when 'all' then is_told else is_told_older end
                then communes.cases_low
            else 0
        end as cases_low,
        case
            when case communes.age_class when 'all' then is_told else is_told_older end
                then communes.tested_low
            else 0
        end as tested_low
    from with_iris as communes
    left join of_epci using (epci, period_end, age_class)
    window of_commune as (partition by communes.com, communes.period_end)

)

select * from int_testing__told_communes
