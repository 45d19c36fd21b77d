{#
  Reservists in mission, day by day and région by région, as reported: the sum over a week is person-days. Measures are SQL
  on a row of `int_health_reserve__facts`, a report.
#}
{% macro health_reserve() -%}
    {{ return(theme({
        'name': 'health_reserve',
        'feeds': ['reserve_sanitaire'],
        'records': 'stg_reserve_sanitaire__reports',
        'key': 'report_key',
        'sender': 'unit',
        'content': ['record_kind', 'reg', 'day', 'reservists'],
        'finest': 'reg',
        'population': false,
        'indicators': {'period': ['day'], 'age': ['all'], 'fresh_by': '19:00', 'lag_days': 3},
        'facts': {'day': 'day', 'place': 'reg', 'reservists': 'reservists'},
        'keys': {},
        'levels': {'reg': {'keys': {}}},
        'flows': {
            'reports': {'sql': '1', 'text': "Reports of regional units."},
            'reservists': {'sql': 'reservists', 'row': 'integer', 'text': "Reservists in mission, each on each day."},
        },
    })) }}
{%- endmacro %}
