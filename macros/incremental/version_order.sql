{#
  What orders the versions of one record, as a row value of `relation` to compare or sort by: the greatest is the current
  one. The version number that the sender gives decides; among equal ones, the last to arrive, by the number that landing
  gave it. What landed before there were such numbers comes before all that has one, by its day of receipt.
#}
{% macro version_order(relation) -%}
    (
        {{ relation }}.record_version, {{ relation }}.arrival, {{ relation }}.received_on, {{ relation }}.delivery,
        {{ relation }}.line
    )
{%- endmacro %}
