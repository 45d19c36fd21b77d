{#
  Infected professionals, by the week in which their infection was found and the région of the establishment, as reported,
  and what there was to date. Measures are SQL on a row of `int_infected_staff__facts`, a report.
#}
{% macro infected_staff() -%}
    {{ return(theme({
        'name': 'infected_staff',
        'feeds': ['soignants_infectes'],
        'records': 'stg_soignants_infectes__reports',
        'key': 'report_key',
        'sender': 'establishment',
        'content': ['record_kind', 'reg', 'week_end', 'infected'],
        'periods': ['week'],
        'population': false,
        'provisional_days': 14,
        'finest': 'reg',
        'indicators': {'period': ['week'], 'age': ['all'], 'fresh_by': '19:00', 'lag_days': 7},
        'facts': {'day': 'week_end', 'place': 'reg', 'infected': 'infected'},
        'keys': {},
        'levels': {'reg': {'keys': {}}},
        'flows': {
            'reports': {'sql': '1', 'text': "Reports of establishments."},
            'infected': {
                'sql': 'infected', 'row': 'integer', 'text': "Professionals whose infection was found in the week.",
            },
        },
        'stocks': {'infected_to_date': {'net': 'infected', 'text': "Professionals whose infection was found to date."}},
    })) }}
{%- endmacro %}
