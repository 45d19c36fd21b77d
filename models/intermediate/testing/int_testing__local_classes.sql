{{ config(materialized='table') }}

-- Rates of the places below the département as the class in which they fall, for the places and weeks of which they may
-- be published: the only form in which they are published.
with cell as (

    select
        *,
        case when geo_level = 'IRIS' and geo_code <> published_as then 'COM' else geo_level end as published_level
    from {{ ref('int_testing__local_publishable') }}

),

int_testing__local_classes as (

    select
        cell.geo_level,
        cell.geo_code,
        cell.period_end,
        strftime(cell.period_end - 6, '%Y-%m-%d') || '-' || strftime(cell.period_end, '%Y-%m-%d') as semaine_glissante,
        case cell.age_class when 'all' then '0' else cell.age_class end as clage_65,
        case when cell.is_publishable then classes.ti_classe end as ti_classe,
        case when cell.is_publishable then classes.td_classe end as td_classe,
        case when cell.is_publishable then classes.tp_classe end as tp_classe
    from cell
    inner join {{ ref('int_testing__local_told') }} as classes
        on
            cell.published_level = classes.geo_level
            and cell.published_as = classes.geo_code
            and cell.period_end = classes.period_end
            and cell.age_class = classes.age_class
    where cell.age_class = 'all' or cell.is_publishable

)

select * from int_testing__local_classes
