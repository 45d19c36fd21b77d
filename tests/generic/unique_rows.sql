{#
  Combinations of `columns` that stand more than once in the model.
#}
{% test unique_rows(model, columns) %}

select
    {{ columns | join(', ') }},
    count(*) as times
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1

{% endtest %}
