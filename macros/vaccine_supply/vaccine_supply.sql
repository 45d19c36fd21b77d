{#
  Logistics of vaccines, reported by week: doses delivered in the week and doses in stock at its end, as reported. What is in
  stock is told anew by each report, and neither summed over weeks nor carried to the next. Measures are SQL on a row of
  `int_vaccine_supply__facts`, a report.
#}
{% macro vaccine_supply() -%}
    {{ return(theme({
        'name': 'vaccine_supply',
        'feeds': ['vaccine_logistics'],
        'records': 'stg_vaccine_logistics__reports',
        'key': 'report_key',
        'sender': 'depot',
        'content': ['record_kind', 'dep', 'vaccine', 'week_end', 'doses_delivered', 'doses_in_stock'],
        'periods': ['week'],
        'provisional_days': 7,
        'indicators': {'period': ['week'], 'age': ['all'], 'fresh_by': '19:00', 'lag_days': 7},
        'facts': {
            'day': 'week_end', 'place': 'dep', 'vaccine': 'vaccine', 'doses_delivered': 'doses_delivered',
            'doses_in_stock': 'doses_in_stock',
        },
        'keys': {},
        'levels': {'dep': {'keys': {}}},
        'strata': {'vaccine': {'fr': "vaccin", 'en': "vaccine", 'classes': vaccine_classes()}},
        'flows': {
            'doses_delivered': {
                'sql': 'doses_delivered', 'row': 'integer', 'type': 'bigint', 'strata': ['vaccine'],
                'text': "Doses delivered in the week.",
            },
            'doses_in_stock': {
                'sql': 'doses_in_stock', 'row': 'integer', 'type': 'bigint', 'strata': ['vaccine'],
                'text': "Doses in stock at the end of the week.",
            },
        },
        'explains': {
            'doses_delivered': dict(explained_by('vaccine-doses-delivered-dep'), rows="period = 'week'"),
        },
    })) }}
{%- endmacro %}
