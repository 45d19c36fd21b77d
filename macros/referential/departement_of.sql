{#
  Département of a commune or IRIS code: its first two characters, three overseas (97x, 98x); NULL for NULL.
#}
{% macro departement_of(code) -%}
    case when {{ code }} like '97%' or {{ code }} like '98%' then {{ code }}[:3] else {{ code }}[:2] end
{%- endmacro %}
