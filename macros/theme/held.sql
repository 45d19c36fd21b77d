{#
  What an accumulating model holds of the cells named by `keys` that stand in the CTE `changes`: no row when the model is
  being (re)built, so that the same SELECT serves both.
#}
{% macro held(keys) -%}
    {%- if is_incremental() -%}
        select held.* from {{ this }} as held semi join changes using ({{ keys | join(', ') }})
    {%- else -%}
        select * from changes where false
    {%- endif -%}
{%- endmacro %}


{# Each measure as it was held plus its change; for a join of CTE `changes` with CTE `held`. #}
{% macro held_plus_changes(measures) -%}
    {%- for name, of in measures.items() %}
        (coalesce(held.{{ name }}, 0) + changes.{{ name }})::{{ of.type }} as {{ name }}{{ "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{# The rows of an accumulating model on its last day, from which stocks are carried to new days; not for a (re)build. #}
{% macro held_on_last_day() -%}
    select * from {{ this }} where period_end = (select max(period_end) from {{ this }})
{%- endmacro %}
