{#
  Levels (a dictionary, name of the level -> name of the additive change that it accumulates) as columns for a SELECT:
  the running sum of each change over a named window ordered by day.
#}
{% macro running_levels(levels, window) -%}
    {%- for name, change in levels.items() %}
        (sum({{ change }}) over {{ window }})::integer as {{ name }}{{ "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{#
  The rows of an accumulating model on its last day, from which levels are carried to new days: no row when the model is
  being (re)built. `shape` is a CTE with the columns of the model, for that case.
#}
{% macro held_on_last_day(shape) -%}
    {%- if is_incremental() -%}
        select * from {{ this }} where period_end = (select max(period_end) from {{ this }})
    {%- else -%}
        select * from {{ shape }} where false
    {%- endif -%}
{%- endmacro %}


{# Each level as it stood in relation `alias` of a left join, zero where it had no row. #}
{% macro carried_levels(levels, alias) -%}
    {%- for name in levels %}
        coalesce({{ alias }}.{{ name }}, 0)::integer as {{ name }}{{ "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}
