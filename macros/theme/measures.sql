{#
  Columns made from measures (a dictionary as in `theme`, or names of measures), so that a measure is added in one place.
  Each returns a list of columns for a SELECT, or a condition.
#}

{#
  Sum of what each row brings, with the sign of the row's state: what is gained minus what is withdrawn. Where `only` names
  some of the measures, the others are zero. What one row brings is small: as such it is summed in 64 bits and not in 128.
#}
{% macro signed_measures(measures, only=none) -%}
    {%- for name, of in measures.items() %}
        {% if only is none or name in only -%}
            coalesce(sum((sign * ({{ of.sql }}))::{{ of.row }}), 0)::{{ of.type }} as {{ name }}
        {%- else -%}
            0::{{ of.type }} as {{ name }}
        {%- endif %}{{ "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{# Sum of each measure. #}
{% macro sum_measures(measures) -%}
    {%- for name, of in measures.items() %}
        sum({{ name }})::{{ of.type }} as {{ name }}{{ "," if not loop.last }}
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
    {%- for name, of in measures.items() %}
        0::{{ of.type }} as {{ name }}{{ "," if not loop.last }}
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


{# The running sum of the net entries of each stock over a named window ordered by day. #}
{% macro running_stocks(stocks, window) -%}
    {%- for name, of in stocks.items() %}
        (sum({{ of.net }}) over {{ window }})::{{ of.type }} as {{ name }}{{ "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{#
  By figure of a theme, its strata included, what kind it is: `flow`, events that are summed over days; `stock`, a level at
  the end of a day, and `to_date` where it is what there was since the first day, as its name says; `days`, a stock summed
  over days. A shape fits some of these (`orchestration/analyst/new.py`).
#}
{% macro kinds_of(theme) -%}
    {%- set kinds = {} -%}
    {%- for name in theme.figures -%}
        {%- set kind = 'flow' if name in theme.flows else 'to_date' if '_to_date' in name else 'stock' -%}
        {%- do kinds.update({name: kind}) -%}
    {%- endfor -%}
    {%- for name in theme.summed_stocks -%}
        {%- do kinds.update({name: 'days'}) -%}
    {%- endfor -%}
    {{ return(kinds) }}
{%- endmacro %}


{# What each measure is, {measure: text}, for `meta.texts` of a model that holds them; `summed` are `summed_stocks`. #}
{% macro texts_of(measures, summed={}) -%}
    {%- set texts = {} -%}
    {%- for name, of in measures.items() -%}
        {%- do texts.update({name: of.text}) -%}
    {%- endfor -%}
    {%- for name, stock in summed.items() -%}
        {%- do texts.update({name: texts[stock] ~ ' Summed over the days of the period.'}) -%}
    {%- endfor -%}
    {{ return(texts) }}
{%- endmacro %}
