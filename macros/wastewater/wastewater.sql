{#
  Analyses of waste water, in the week of the sample, by treatment plant: copies of the genome by ammoniacal nitrogen, and
  the inhabitants whom the plant serves. A plant is no place of the cube but a stratum: what it takes in ends at no border of a
  commune, and no other feed knows it. Below the limit of quantification an analysis counts as a share of that limit. Ratios
  of plants and of France are made in `int_wastewater__weeks`.
#}
{% macro wastewater() -%}
    {{ return(theme({
        'name': 'wastewater',
        'feeds': ['sumeau'],
        'records': 'stg_sumeau__analyses',
        'key': 'analysis_key',
        'sender': 'laboratory',
        'content': [
            'record_kind', 'station', 'dep', 'population_served', 'week_end', 'viral_load', 'is_quantified', 'ammonium'
        ],
        'periods': ['week'],
        'provisional_days': 14,
        'indicators': {'period': ['week'], 'age': ['all'], 'fresh_by': '19:00', 'lag_days': 10},
        'facts': {
            'day': 'week_end', 'place': 'dep', 'station': 'station', 'population_served': 'population_served',
            'viral_load': 'viral_load', 'is_quantified': 'is_quantified', 'ammonium': 'ammonium',
        },
        'keys': {'station': {'total': "'all'", 'text': "Treatment plant; all where it is a total."}},
        'levels': {'dep': {'keys': {'station': 'station'}}},
        'strata': {'station': {'fr': "station", 'en': "treatment plant", 'classes': stations()}},
        'flows': {
            'analyses': {'sql': '1', 'text': "Analyses of waste water."},
            'population_served': {
                'sql': 'population_served', 'row': 'integer', 'type': 'bigint',
                'text': "Inhabitants served by the plant, summed over analyses.",
            },
            'ratios': {
                'sql': 'viral_load * case when is_quantified then 1 else ' ~ var('below_quantification')
                    ~ ' end / ammonium',
                'row': 'decimal(18, 4)', 'type': 'decimal(18, 4)',
                'text': "Copies of the genome per litre by mg of ammoniacal nitrogen per litre, summed over analyses.",
            },
        },
    })) }}
{%- endmacro %}


{#
  The plants that are told one by one, as strata; a column of the published file each. These are those that Santé publique
  France names of the network of 2023 (santepubliquefrance.fr, 23 April 2024). Another one that reports counts in the mean of
  France and, until it stands here, among those `unknown`.
#}
{% macro stations() -%}
    {%- set classes = {} -%}
    {%- for name in [
        'Dijon', 'Grenoble', 'Lille', 'Marseille', 'Nancy', 'Orléans', 'Paris', 'Pau', 'Rennes', 'Rouen', 'Toulouse'
    ] -%}
        {%- set stratum = name | lower | replace('é', 'e') -%}
        {%- do classes.update({stratum: {'sql': "station = '" ~ stratum | upper ~ "'", 'fr': name, 'en': name}}) -%}
    {%- endfor -%}
    {{ return(classes) }}
{%- endmacro %}


{# The stratum of a plant. #}
{% macro stratum_of_station() -%}
    case {% for stratum, of in stations().items() %}when {{ of.sql }} then '{{ stratum }}' {% endfor %}else 'unknown' end
{%- endmacro %}


{# A declaration of an indicator of waste water, in the short form: France, and the plants, by week. #}
{% macro wastewater_indicator(name, declared) -%}
    {%- set stem = name | replace('_', '-') -%}
    {%- set france = {'geo': ['FRA'], 'period': ['week'], 'sex': ['all'], 'age': ['all']} -%}
    {%- set plants = dict(france, strata=['station']) -%}
    {{ return(indicator_of(wastewater(), name, dict({
        'breakdowns': [dict(france, strata=['all', 'station'])],
        'open_data': [dict(france, name=stem ~ '-fra'), dict(plants, name=stem ~ '-by-station')],
        'definition': '2021-09-01',
        'group': 'waste water',
        'figures': ['denominator', 'value'],
    }, **declared))) }}
{%- endmacro %}


{# The rows of such an indicator: `figure` of the weeks, and of how many plants it is. #}
{% macro wastewater_figure_of(indicator, name, figure, plants) -%}
    select
        {{ indicator_keys(name, by_stratum=true) }},
        {{ figures_of(indicator, 'null', plants, figure) }}
    from {{ ref('int_wastewater__weeks') }}
    where {{ in_breakdowns(indicator) }}
{%- endmacro %}
