{#
  Cells of a cube of the theme named `theme` in which the strata of a scheme do not make the total: they are more than it,
  or less where the scheme is complete; or a measure is more than the one that it is declared to be `within`. And cells in which a figure is below zero: all of them are counts, but those that
  are `signed`, of which the parts may be more than the total as well.
#}
{% test strata_add_up(model, theme) %}

{%- set theme = themes(theme) | first %}
{%- set unsigned = [] %}
{%- for name, of in theme.figures.items() if not of.get('signed') %}
{%- do unsigned.append(name) %}
{%- endfor %}
select *
from {{ model }}
where
    {%- for name, of in theme.figures.items() %}
    {%- for scheme, columns in of.strata.items() if not of.get('signed') or theme.strata[scheme].get('complete') %}
    {{ columns.values() | join(' + ') }} {{ '<>' if theme.strata[scheme].get('complete') else '>' }} {{ name }} or
    {%- endfor %}
    {%- endfor %}
    {%- for name, of in theme.figures.items() if of.get('within') %}
    {{ name }} > {{ of.within }} or
    {%- endfor %}
    least({{ unsigned | join(', ') }}) < 0

{% endtest %}
