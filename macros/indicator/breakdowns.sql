{# The breakdowns without sex, and without age unless `age` lists schemes. #}
{% macro plain_breakdowns(periods, age=['all']) -%}
    {{ return([{'geo': ['FRA', 'REG', 'DEP'], 'period': periods, 'sex': ['all'], 'age': age}]) }}
{%- endmacro %}


{# One file with all places, without sex, and without age unless `age` lists schemes. #}
{% macro plain_file(name, periods, age=['all']) -%}
    {{ return([{'name': name, 'geo': ['FRA', 'REG', 'DEP'], 'period': periods, 'sex': ['all'], 'age': age}]) }}
{%- endmacro %}


{#
  A condition that keeps the rows of a cube that the declaration asks for. Strata are part of it where breakdowns differ in
  them: else `cube_by_stratum` gives no other, and the rest of the condition gets further down.
#}
{% macro in_breakdowns(indicator) -%}
    {%- set strata = indicator.breakdowns | map(attribute='strata', default=['all']) | map('join', ',') | unique | list -%}
    (
    {%- for breakdown in indicator.breakdowns %}
        (
            geo_level in ({{ quoted(breakdown.geo) }})
            and period in ({{ quoted(breakdown.period) }})
            and sex in ({{ quoted(breakdown.sex) }})
            and age_scheme in ({{ quoted(breakdown.age) }})
            {%- if strata | length > 1 %}
            and (stratum_scheme, stratum) in ({{ stratum_keys(indicator, breakdown.get('strata', ['all'])) }})
            {%- endif %}
        ){{ " or" if not loop.last }}
    {%- endfor %}
    )
{%- endmacro %}


{# SQL text literals, comma-separated. #}
{% macro quoted(values) -%}
    '{{ values | join("', '") }}'
{%- endmacro %}


{#
  The key columns of the indicators' contract, from a cube: which indicator, where, when, who. `by_stratum` says whether
  the cube has strata (`cube_by_stratum`); else there is only the total.
#}
{% macro indicator_keys(name, by_stratum=false) -%}
    '{{ name }}' as indicator,
    geo_level,
    geo_code,
    period,
    period_start,
    period_end,
    sex,
    age_scheme,
    age_class,
    {{ 'stratum_scheme' if by_stratum else "'all' as stratum_scheme" }},
    {{ 'stratum' if by_stratum else "'all' as stratum" }}
{%- endmacro %}


{#
  The closing columns of the indicators' contract: `status` (not applicable where the value has no denominator), the
  definition in force, and the vintage of the population where the rate has one.
#}
{% macro indicator_status(indicator, population_vintage=none) -%}
    case when value is null and status <> 'suppressed' then 'not_applicable' else status end as status,
    '{{ indicator.definition }}' as definition,
    {{ population_vintage or 'null::varchar' }} as population_vintage
{%- endmacro %}
