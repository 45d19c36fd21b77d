-- Rates of the places below the département as the class in which they fall: the only form in which they are published.
with cube as (

    select * from {{ ref('int_testing__local_cube') }}
    where period = 'rolling7' and geo_code <> 'unknown' and age_class in ('all', '65')

),

rates as (

    select
        geo_level,
        geo_code,
        period_end,
        age_class,
        case when status <> 'suppressed' then {{ rate_per_100k('cases', 'population') }} end as ti,
        case when status <> 'suppressed' then {{ rate_per_100k('tested', 'population') }} end as td,
        case when status <> 'suppressed' then {{ percentage('cases', 'tested') }} end as tp
    from cube

),

int_testing__local_classes as (

    select
        rates.geo_level,
        rates.geo_code,
        rates.period_end,
        strftime(rates.period_end - 6, '%Y-%m-%d') || '-' || strftime(rates.period_end, '%Y-%m-%d')
            as semaine_glissante,
        case rates.age_class when 'all' then '0' else rates.age_class end as clage_65,
        incidence.label as ti_classe,
        testing.label as td_classe,
        positivity.label as tp_classe
    from rates
    left join {{ ref('class_breaks') }} as incidence
        on
            incidence.rate = 'ti'
            and rates.ti >= incidence.lower
            and rates.ti < coalesce(incidence.upper, 'infinity'::double)
    left join {{ ref('class_breaks') }} as testing
        on testing.rate = 'td' and rates.td >= testing.lower and rates.td < coalesce(testing.upper, 'infinity'::double)
    left join {{ ref('class_breaks') }} as positivity
        on
            positivity.rate = 'tp'
            and rates.tp >= positivity.lower
            and rates.tp < coalesce(positivity.upper, 'infinity'::double)

)

select * from int_testing__local_classes
