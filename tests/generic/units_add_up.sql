{#
  Cells in which the columns `parts` do not sum to the column `total`, or in which a level (a number of people present, or
  to date) is below zero.
#}
{% test units_add_up(model, total, parts, never_negative) %}

select *
from {{ model }}
where
    {{ total }} <> {{ parts | join(' + ') }}
    or least({{ total }}, {{ parts | join(', ') }}, {{ never_negative | join(', ') }}) < 0

{% endtest %}
