{#
  Cases and deaths of the world as countries tell them, by day and continent, and what there was to date. A country may take
  back what it told, so that a day may be below zero. Measures are SQL on a row of `int_world__facts`, a report.
#}
{% macro world() -%}
    {%- set counted = {'row': 'integer', 'type': 'bigint', 'signed': true} -%}
    {{ return(theme({
        'name': 'world',
        'feeds': ['monde'],
        'records': 'stg_monde__reports',
        'key': 'report_key',
        'sender': 'country',
        'content': ['record_kind', 'continent', 'day', 'cases', 'deaths'],
        'periods': ['day'],
        'population': false,
        'finest': 'continent',
        'indicators': {'period': ['day'], 'age': ['all'], 'fresh_by': '19:00', 'lag_days': 3},
        'facts': {'day': 'day', 'place': 'continent', 'cases': 'cases', 'deaths': 'deaths'},
        'keys': {},
        'levels': {'continent': {'keys': {}}},
        'flows': {
            'reports': {'sql': '1', 'text': "Reports of countries."},
            'cases': dict(counted, sql='cases', text="Confirmed cases of the day."),
            'deaths': dict(counted, sql='deaths', text="Deaths of the day."),
        },
        'stocks': {'cases_to_date': {'net': 'cases', 'text': "Confirmed cases to date."}},
    })) }}
{%- endmacro %}
