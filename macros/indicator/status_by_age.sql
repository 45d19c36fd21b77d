{#
  Status of a figure by its age when the last delivery was received: `provisional` during the first days, `final` after.
  `period_end` and `received_until` are SQL dates; the number of days is the variable `provisional_days`.
#}
{% macro status_by_age(period_end, received_until) -%}
    case when {{ period_end }} > {{ received_until }} - {{ var('provisional_days') }} then 'provisional' else 'final' end
{%- endmacro %}
