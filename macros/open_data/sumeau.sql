{#
  The file of SUM'Eau: a row for each week, a column for each plant, and France; ratios with a decimal comma, empty where
  there was no analysis. `semaine` and `National` are the names of the published file; those of the plants are of this project.
#}
{% macro layout_of_sumeau() -%}
    {{ return({
        'name': 'sumeau-indicateurs',
        'title': {
            'fr': "SUM'Eau : ratio viral dans les eaux usées, par station",
            'en': "SUM'Eau: viral ratio in waste water, by treatment plant",
        },
        'description': {
            'fr': "Copies du génome du SARS-CoV-2 par mg d'azote ammoniacal, par semaine et par station, et moyenne nationale (National) de toutes les stations selon la population raccordée. Les valeurs ne sont pas lissées, à la différence du fichier de Santé publique France ; les noms des colonnes des stations sont ceux de ce projet.",
            'en': "Copies of the genome of SARS-CoV-2 per mg of ammoniacal nitrogen, by week and treatment plant, and the national mean (National) of all plants by the population served. Values are not smoothed, unlike those in the file of Santé publique France; the names of the columns of the plants are of this project.",
        },
        'source': 'sumeau',
        'order_by': ['semaine'],
        'fresh_by': '19:00',
        'lag_days': 10,
        'group': 'waste water',
    }) }}
{%- endmacro %}


{# The rows of that file. #}
{% macro rows_of_sumeau() -%}
    select
        strftime(period_end, '%G-S%V') as semaine,
        {%- for stratum in stations() %}
        max({{ with_comma('ratio', 2) }}) filter (stratum = '{{ stratum }}') as {{ stratum | upper }},
        {%- endfor %}
        max({{ with_comma('ratio', 2) }}) filter (stratum = 'all') as National
    from {{ ref('int_wastewater__weeks') }}
    group by period_end
{%- endmacro %}
