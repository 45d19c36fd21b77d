{#
  The rows of several models of the same columns, each with the name of its feed before them: what a feed contributes to
  the catalogue is one entry here. `models` is a dictionary, feed -> name of the model.
#}
{% macro by_feed(models) -%}
    {%- for feed, name in models.items() %}
    select
        '{{ feed }}' as feed,
        *
    from {{ ref(name) }}
    {%- if not loop.last %}
    union all by name
    {%- endif %}
    {%- endfor %}
{%- endmacro %}
