{#
  The rows of the model itself that share `keys` with the CTE `changes`: what an accumulating model holds of the cells
  that change. No row when the model is being (re)built.
#}
{% macro held_cells(keys) -%}
    {%- if is_incremental() -%}
        (select held.* from {{ this }} as held semi join changes using ({{ keys | join(', ') }}))
    {%- else -%}
        (select * from changes where false)
    {%- endif -%}
{%- endmacro %}
