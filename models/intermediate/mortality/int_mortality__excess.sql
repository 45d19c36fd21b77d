-- What was counted in the communes of the panel in each week, what was expected, and how far the one is from the other:
-- in deviations, and as one of five classes. Nothing is told of a week that is too young, of a place of which too few
-- deaths are expected, or in which nobody is known to have died though some are expected: no data is not no excess.
{% set setting = var('baseline') %}
with baseline as (

    select
        geo_level,
        geo_code,
        'week' as period,
        period_end - 6 as period_start,
        period_end,
        'all' as sex,
        age_scheme,
        age_class,
        case when expected >= {{ setting.weekly }} then expected end as expected,
        case when expected >= {{ setting.weekly }} and is_told and deaths > 0 then deaths end as observed,
        deviation,
        status
    from {{ ref('int_mortality__baseline') }}

),

int_mortality__excess as (

    select
        *,
        (observed - expected) / deviation as z_score,
        case
            when z_score < 2 then 0
            when z_score < 5 then 1
            when z_score < 7 then 2
            when z_score < 12 then 3
            when z_score >= 12 then 4
        end as excess_class
    from baseline

)

select * from int_mortality__excess
