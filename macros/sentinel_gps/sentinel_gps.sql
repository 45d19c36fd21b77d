{#
  Weekly reports of sentinel GPs, on the Sunday that ends the week, in the région of the practice: the patients whom the
  practice has in its care, those seen with an acute respiratory infection, samples taken and found positive. No person is
  known. Rates of régions and of France are made in `int_sentinel_gps__weeks`.
#}
{% macro sentinel_gps() -%}
    {{ return(theme({
        'name': 'sentinel_gps',
        'feeds': ['sentinelles'],
        'records': 'stg_sentinelles__reports',
        'key': 'report_key',
        'sender': 'practice',
        'content': ['record_kind', 'week_end', 'reg', 'patients', 'cases', 'samples', 'positives'],
        'bands': 'age_classes',
        'band': 'age_class',
        'age_schemes': [],
        'periods': ['week'],
        'finest': 'reg',
        'provisional_days': 14,
        'indicators': {'period': ['week'], 'age': ['all'], 'fresh_by': '19:00', 'lag_days': 4},
        'facts': {
            'day': 'week_end', 'place': 'reg', 'patients': 'patients', 'cases': 'cases', 'samples': 'samples',
            'positives': 'positives',
        },
        'keys': {'sex': "'all'"},
        'levels': {'reg': {'keys': {}}},
        'flows': {
            'reports': {'sql': '1', 'text': "Reports of practices."},
            'patients': {
                'sql': 'patients', 'row': 'integer', 'text': "Patients in the care of the practices that reported.",
            },
            'cases': {'sql': 'cases', 'row': 'integer', 'text': "Patients seen with an acute respiratory infection."},
            'samples': {'sql': 'samples', 'row': 'integer', 'text': "Samples taken."},
            'positives': {'sql': 'positives', 'row': 'integer', 'text': "Samples positive for SARS-CoV-2."},
        },
    })) }}
{%- endmacro %}
