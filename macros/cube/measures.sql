{#
  Columns made from the additive measures of a theme (a dictionary, name -> SQL expression), so that a measure is added
  in one place. Each returns a list of columns for a SELECT, or a condition.
#}

{#
  Sum of each expression over the rows, with the sign of the row's state: what is gained minus what is withdrawn. Where
  `only` names some of the measures, the others are zero. The figure of one row is small: as such it is summed in 64 bits
  and not in 128.
#}
{% macro signed_measures(measures, only=none) -%}
    {%- for name, expression in measures.items() %}
        {% if only is none or name in only -%}
            coalesce(sum((sign * ({{ expression }}))::smallint), 0)::integer as {{ name }}
        {%- else -%}
            0::integer as {{ name }}
        {%- endif %}{{ "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{# Sum of each measure, as integers. #}
{% macro sum_measures(measures) -%}
    {%- for name in measures %}
        sum({{ name }})::integer as {{ name }}{{ "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{# The measures by name, from relation `alias`. #}
{% macro list_measures(measures, alias) -%}
    {%- for name in measures %}
        {{ alias }}.{{ name }}{{ "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{# Zero for each measure. #}
{% macro no_measures(measures) -%}
    {%- for name in measures %}
        0::integer as {{ name }}{{ "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{# True when at least one measure is not zero. #}
{% macro any_measure(measures) -%}
    (
    {%- for name in measures %}
        {{ name }} <> 0{{ " or" if not loop.last }}
    {%- endfor %}
    )
{%- endmacro %}


{# Sum of each measure over a named window, as integers. #}
{% macro rolling_measures(measures, window) -%}
    {%- for name in measures %}
        (sum({{ name }}) over {{ window }})::integer as {{ name }}{{ "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{# For GROUP BY: the classes of each age scheme, and all ages. `bands` is the relation that has the classes. #}
{% macro age_schemes(bands) -%}
    grouping sets (({{ bands }}.age10), ({{ bands }}.age15), ({{ bands }}.school), ())
{%- endmacro %}
