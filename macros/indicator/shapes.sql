{#
  The short form of an indicator. Most have one of a few shapes, and a shape says columns and interval; the theme says
  places, periods, ages, hour and lag. What is bespoke keeps the long form.
#}

{#
  A declaration for `declare_indicator`, completed by what the theme usually publishes: its `indicators` has the `period`
  and the schemes of `age`, `fresh_by` and `lag_days`. Files: France by sex and age, régions by age, départements by
  sex and all ages, named after the indicator. `declared` may say anything otherwise.
#}
{% macro indicator_of(theme, name, declared) -%}
    {%- set usual, stem = theme.indicators, name | replace('_', '-') -%}
    {%- set sexes = ['all', 'F', 'M', 'unknown'] -%}
    {{ return(dict({
        'source': theme.feeds[0],
        'breakdowns': [{'geo': ['FRA', 'REG', 'DEP'], 'period': usual.period, 'sex': sexes, 'age': usual.age}],
        'open_data': [
            {'name': stem ~ '-fra', 'geo': ['FRA'], 'period': usual.period, 'sex': sexes, 'age': usual.age},
            {'name': stem ~ '-reg', 'geo': ['REG'], 'period': usual.period, 'sex': ['all'], 'age': usual.age},
            {'name': stem ~ '-dep', 'geo': ['DEP'], 'period': usual.period, 'sex': sexes, 'age': ['all']},
        ],
        'fresh_by': usual.fresh_by,
        'lag_days': usual.lag_days,
        'changes': [],
    }, **declared)) }}
{%- endmacro %}


{# An indicator that counts: a sum of events over the period, `figure`, with Byar's interval. #}
{% macro count_of(theme, indicator, name, figure) -%}
    select
        {{ indicator_keys(name) }},
        {{ figure }}::double as numerator,
        null::double as denominator,
        {{ figure }}::double as value,
        {{ count_low(figure) }} as ci_low,
        {{ count_high(figure) }} as ci_high,
        {{ indicator_status(indicator) }}
    from {{ ref(model_of(theme, 'cube')) }}
    where {{ in_breakdowns(indicator) }}
{%- endmacro %}


{#
  An indicator that is a share, in %: `part` of `whole`, with Wilson's interval; none where `whole` is below `minimum`.
#}
{% macro share_of(theme, indicator, name, part, whole, minimum=1) -%}
    select
        {{ indicator_keys(name) }},
        numerator,
        denominator,
        case when denominator >= {{ minimum }} then {{ percentage('numerator', 'denominator') }} end as value,
        case when denominator >= {{ minimum }} then {{ percentage_bound('numerator', 'denominator', '-') }} end as ci_low,
        case when denominator >= {{ minimum }} then {{ percentage_bound('numerator', 'denominator', '+') }} end as ci_high,
        {{ indicator_status(indicator) }}
    from (
        select
            *,
            ({{ part }})::double as numerator,
            ({{ whole }})::double as denominator
        from {{ ref(model_of(theme, 'cube')) }}
        where {{ in_breakdowns(indicator) }}
    ) as cube
{%- endmacro %}
