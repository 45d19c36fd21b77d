{#
  The change from an ISO week to the next, in %: 100 × (week / week before - 1) of `figure`, or of `compared` (a rate of
  it), with the interval of a ratio of two Poisson counts on the logarithm (Rothman, Epidemiology: an introduction, 2012).
  None where the week before has fewer than `minimum_compared` events. The declaration's `reach` is that of
  `reach_of_weekly_change`. Numerator and denominator are the week and the week before.
#}
{% macro weekly_change_of(theme, indicator, name, figure, compared=none) -%}
    {%- set compared = compared or figure -%}
    {%- set error = '1.959964 * sqrt(1.0 / events + 1.0 / events_before)' -%}
    select
        {{ indicator_keys(name) }},
        {{ figures_of(
            indicator, 'this_week', 'week_before', '100 * (ratio - 1)',
            'case when events > 0 then 100 * (ratio * exp(-' ~ error ~ ') - 1) end',
            'case when events > 0 then 100 * (ratio * exp(' ~ error ~ ') - 1) end'
        ) }}
    from (
        select
            weeks.*,
            before.events as events_before,
            before.this_week as week_before,
            case
                when before.events >= {{ var('minimum_compared') }} then weeks.this_week / before.this_week
            end as ratio
        from ({{ compared_weeks(theme, indicator, figure, compared) }}) as weeks
        left join ({{ compared_weeks(theme, indicator, figure, compared) }}) as before
            on
                weeks.geo_level = before.geo_level
                and weeks.geo_code = before.geo_code
                and weeks.sex = before.sex
                and weeks.age_scheme = before.age_scheme
                and weeks.age_class = before.age_class
                and weeks.period_end = before.period_end + 7
    ) as compared
{%- endmacro %}


{# The weeks that are compared: their events and what is compared of them. #}
{% macro compared_weeks(theme, indicator, figure, compared) -%}
        select
            cube.*,
            ({{ figure }})::double as events,
            ({{ compared }})::double as this_week
        {{ cube_of_indicator(theme, indicator, [figure]) }}
{%- endmacro %}


{# The `reach` of a weekly change: the week before. #}
{% macro reach_of_weekly_change() -%}
    {{ return({'before': 7, 'after': 0}) }}
{%- endmacro %}
