{#
  A declaration of what compares deaths with those expected: by week, both sexes, all ages and by 65plus, one file for all
  places. All of them are published together or held together.
#}
{% macro excess_indicator(name, declared) -%}
    {{ return(dict({
        'source': 'insee_deces',
        'breakdowns': plain_breakdowns(['week'], ['all', '65plus']),
        'open_data': plain_file(name | replace('_', '-'), ['week'], ['all', '65plus']),
        'fresh_by': '19:00',
        'lag_days': 7,
        'definition': '2020-03-01',
        'changes': [],
        'group': 'excess mortality',
    }, **declared)) }}
{%- endmacro %}


{# Its rows, from `int_mortality__excess`; numerator, denominator and value are SQL on a row of it. #}
{% macro excess_of(indicator, name, numerator, denominator, value) -%}
    select
        {{ indicator_keys(name) }},
        {{ figures_of(indicator, numerator, denominator, value) }}
    from {{ ref('int_mortality__excess') }}
    where {{ in_breakdowns(indicator) }}
{%- endmacro %}
