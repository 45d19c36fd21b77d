{#
  Days missing between the first and the last value of a date column.
#}
{% test days_without_gap(model, column_name) %}

select day::date as missing_day
from (select min({{ column_name }}) as first_day, max({{ column_name }}) as last_day from {{ model }}) as span,
    unnest(generate_series(first_day, last_day, interval 1 day)) as days (day)
where day::date not in (select {{ column_name }} from {{ model }} where {{ column_name }} is not null)

{% endtest %}
