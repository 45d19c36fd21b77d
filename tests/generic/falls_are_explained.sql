{#
  Batches that take away more than they bring of a figure that only grows, without a correction, a deletion or an erasure that
  says so: what there was to date falls, and nobody has said why. Looks at the changes of the theme named `theme`, by its
  finest cells; a figure that is `signed` may fall.
#}
{% test falls_are_explained(model, theme) %}

{%- set theme = themes(theme) | first %}
{%- set growing = [] %}
{%- for name, of in theme.flows.items() if not of.get('signed') %}
{%- do growing.append('sum(' ~ name ~ ')') %}
{%- endfor %}
select
    batch,
    {{ growing | join(', ') }}
from {{ model }}
where cell_level = '{{ theme.finest }}' and reason = 'new_rows'
group by batch
having least({{ growing | join(', ') }}) < 0

{% endtest %}
