{#
  Cells of a cube of the theme named `theme` in which the strata of a scheme do not make the total: they are more than it,
  or less where the scheme is complete. And cells in which a figure is below zero: all of them are counts.
#}
{% test strata_add_up(model, theme) %}

{%- set theme = themes() | selectattr('name', 'equalto', theme) | first %}
select *
from {{ model }}
where
    {%- for name, of in theme.figures.items() %}
    {%- for scheme, columns in of.strata.items() %}
    {{ columns.values() | join(' + ') }} {{ '<>' if theme.strata[scheme].get('complete') else '>' }} {{ name }} or
    {%- endfor %}
    {%- endfor %}
    least({{ theme.figures | join(', ') }}) < 0

{% endtest %}
