{{ config(materialized='table') }}

-- Rates of the places below the département as the class in which they fall, for the places and weeks of which they may
-- be told: the only form in which they are published.
with told as (

    select
        *,
        case when geo_level = 'IRIS' and geo_code <> told_as then 'COM' else geo_level end as told_level
    from {{ ref('int_testing__local_told') }}

),

int_testing__local_classes as (

    select
        told.geo_level,
        told.geo_code,
        told.period_end,
        strftime(told.period_end - 6, '%Y-%m-%d') || '-' || strftime(told.period_end, '%Y-%m-%d') as semaine_glissante,
        case told.age_class when 'all' then '0' else told.age_class end as clage_65,
        case when told.is_told then classes.ti_classe end as ti_classe,
        case when told.is_told then classes.td_classe end as td_classe,
        case when told.is_told then classes.tp_classe end as tp_classe
    from told
    inner join {{ ref('int_testing__local_positivity') }} as classes
        on
            told.told_level = classes.geo_level
            and told.told_as = classes.geo_code
            and told.period_end = classes.period_end
            and told.age_class = classes.age_class
    where told.age_class = 'all' or told.is_told

)

select * from int_testing__local_classes
