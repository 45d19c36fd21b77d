{#
  The files of the Sentinelles network for acute respiratory infections, number 25 of its list: estimated consultations of a
  week, and their rate per 100,000 inhabitants, with bounds; whole numbers, as in the published files. `place` is 'pay'
  (France) or 'rdd' (régions). What did not report has no row.
#}
{% macro layout_of_sentinelles(place) -%}
    {%- set told = {'pay': {'fr': "France", 'en': "France"}, 'rdd': {'fr': "régions", 'en': "régions"}}[place] -%}
    {{ return({
        'name': 'inc-25-' ~ place,
        'title': {
            'fr': "Sentinelles : infections respiratoires aiguës, " ~ told.fr,
            'en': "Sentinelles: acute respiratory infections, " ~ told.en,
        },
        'description': {
            'fr': "Consultations de la semaine estimées (inc), et pour 100 000 habitants (inc100), avec les bornes de l'intervalle à 95 % (_low, _up). Les estimations sont celles de ce projet.",
            'en': "Estimated consultations of the week (inc), and per 100,000 inhabitants (inc100), with the bounds of the 95 % interval (_low, _up). The estimates are those of this project.",
        },
        'source': 'sentinelles',
        'order_by': ['week', 'geo_insee'],
        'fresh_by': '19:00',
        'lag_days': 4,
        'group': 'sentinel gps',
    }) }}
{%- endmacro %}


{# The rows of such a file. #}
{% macro rows_of_sentinelles(place) -%}
    {%- set bounds = {
        '': 'rate', '_low': sentinel_bound(count_low('rated')) ~ ' / 1e5', '_up': sentinel_bound(count_high('rated')) ~ ' / 1e5'
    } -%}
    select
        strftime(period_end, '%G%V')::integer as week,
        25 as indicator,
        {%- for bound, rate in bounds.items() %}
        round({{ rate }} * population)::integer as inc{{ bound }},
        {%- endfor %}
        {%- for bound, rate in bounds.items() %}
        round(1e5 * {{ rate }})::integer as inc100{{ bound }},
        {%- endfor %}
        geo_code as geo_insee,
        coalesce(regions.reg_name, 'France') as geo_name
    from {{ ref('int_sentinel_gps__weeks') }} as weeks
    left join {{ ref('regions') }} as regions on weeks.geo_code = regions.reg
    where geo_level = '{{ {'pay': 'FRA', 'rdd': 'REG'}[place] }}' and geo_code <> 'unknown' and rate is not null
{%- endmacro %}
