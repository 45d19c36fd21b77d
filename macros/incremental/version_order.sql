{#
  What orders the versions of one record, as a row value of `relation` to compare or sort by: the greatest is the current
  one. The version number that the sender gives decides; among equal ones, the last received.
#}
{% macro version_order(relation) -%}
    ({{ relation }}.record_version, {{ relation }}.received_on, {{ relation }}.delivery, {{ relation }}.line)
{%- endmacro %}
