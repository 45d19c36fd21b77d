{{ config(materialized='table') }}

-- For every commune and week, whether its classes may stand beside those of its EPCI, and between what counts it then
-- stands. Where they may not, neither the communes nor the EPCI are published: see `int_testing__divided_communes`. The
-- cases of a métropole are known: for its communes `int_testing__publishable_parts` says it.
with communes as (

    select * from {{ ref('int_testing__divided_communes') }}

),

of_epci as (

    select
        communes.epci,
        communes.period_end,
        communes.age_class,
        {{ leave_each_other_enough(
            'any_value(bounds.%s_low)', 'any_value(bounds.%s_high)', 'sum(communes.%s_low)', 'sum(communes.%s_high)', 'epci'
        ) }} as holds
    from communes
    inner join {{ ref('int_testing__local_bounds') }} as bounds
        on
            bounds.geo_level = 'EPCI'
            and communes.epci = bounds.geo_code
            and communes.period_end = bounds.period_end
            and communes.age_class = bounds.age_class
    where not communes.is_metropole
    group by communes.epci, communes.period_end, communes.age_class

),

int_testing__publishable_communes as (

    select
        communes.* exclude (cases_low, cases_high, tested_low, tested_high),
        bool_and(coalesce(of_epci.holds, true)) filter (communes.age_class = 'all') over of_commune as is_beside_epci,
        bool_and(coalesce(of_epci.holds, true)) over of_commune as is_beside_epci_older,
        case communes.age_class when 'all' then is_beside_epci else is_beside_epci_older end as is_bounded,
        case when is_bounded then communes.cases_low else 0 end as cases_low,
        case when is_bounded then communes.cases_high else {{ any_count() }} end as cases_high,
        case when is_bounded then communes.tested_low else 0 end as tested_low,
        case when is_bounded then communes.tested_high else {{ any_count() }} end as tested_high
    from communes
    left join of_epci using (epci, period_end, age_class)
    window of_commune as (partition by communes.com, communes.period_end)

)

select * from int_testing__publishable_communes
