{#
  Name of the vintage of the default population, that of the communes in the seeds; every rate carries it.
#}
{% macro default_vintage() -%} 'COG 2026' {%- endmacro %}
