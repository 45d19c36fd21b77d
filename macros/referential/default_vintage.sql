{#
  Name of the vintage of the default population, that of the communes in the seeds. It is carried by every rate.
#}
{% macro default_vintage() -%} 'COG 2026' {%- endmacro %}
