{#
  The declarations of all indicators and official layouts as rows: name, kind, source, titles, unit, definition, hour
  and lag of publication, and the names of the published files.
#}
{% macro declared_outputs() -%}
    {%- set outputs = [] -%}
    {%- if execute -%}
        {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.config.meta.get('vigie') -%}
            {%- do outputs.append(node) -%}
        {%- endfor -%}
    {%- endif -%}
    select
        name::varchar as name,
        kind::varchar as kind,
        source::varchar as source,
        title_fr::varchar as title_fr,
        title_en::varchar as title_en,
        unit_fr::varchar as unit_fr,
        definition::varchar as definition,
        fresh_by::varchar as fresh_by,
        lag_days::integer as lag_days,
        files::varchar as files
    from (
        values
        {%- for node in outputs | sort(attribute='name') %}
        {%- set declared = node.config.meta.vigie %}
        (
            '{{ node.name }}', '{{ declared.kind }}', '{{ declared.source }}',
            '{{ declared.title.fr | replace("'", "''") }}', '{{ declared.title.en | replace("'", "''") }}',
            '{{ declared.get("unit", {}).get("fr", "") | replace("'", "''") }}', '{{ declared.get("definition", "") }}',
            '{{ declared.fresh_by }}', {{ declared.lag_days }},
            '{{ declared.open_data | map(attribute="name") | join(" ") if declared.kind == "indicator" else declared.name }}'
        ),
        {%- endfor %}
        (null, null, null, null, null, null, null, null, null, null)
    ) as declared (
        name, kind, source, title_fr, title_en, unit_fr, definition, fresh_by, lag_days, files
    )
    where name is not null
{%- endmacro %}
