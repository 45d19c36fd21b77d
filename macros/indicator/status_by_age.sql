{#
  Status of a figure by its age when the last delivery was received: `provisional` during the first days, `final` after.
  `period_end` and `received_until` are SQL dates; how many days is said by the theme (`provisional_days`).
#}
{% macro status_by_age(theme, period_end, received_until) -%}
    {%- set days = provisional_days_of(theme) -%}
    case when {{ period_end }} > {{ received_until }} - {{ days }} then 'provisional' else 'final' end
{%- endmacro %}


{# Days for which a figure of a theme is provisional. A unit test may give less of a theme. #}
{% macro provisional_days_of(theme) -%}
    {{ return(theme.get('provisional_days', var('provisional_days'))) }}
{%- endmacro %}
