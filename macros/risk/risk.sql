{#
  The opinion of experts on each département, by week: the level of its vulnerability, and whether it is a zone of active
  circulation. A département has one opinion a week, the last one, so that what is counted are départements: 1 or 0 in each,
  how many there are in a région and in France. Measures are SQL on a row of `int_risk__facts`, an opinion.
#}
{% macro risk() -%}
    {{ return(theme({
        'name': 'risk',
        'feeds': ['analyse_risque'],
        'records': 'stg_analyse_risque__opinions',
        'key': 'opinion_key',
        'sender': 'dep',
        'content': ['record_kind', 'vulnerability', 'is_active_zone'],
        'periods': ['week'],
        'population': false,
        'provisional_days': 14,
        'indicators': {'period': ['week'], 'age': ['all'], 'fresh_by': '19:00', 'lag_days': 7},
        'facts': {
            'day': 'week_end', 'place': 'dep', 'vulnerability': 'vulnerability', 'is_active_zone': 'is_active_zone'
        },
        'keys': {},
        'levels': {'dep': {'keys': {}}},
        'strata': {
            'vulnerability': {
                'fr': "vulnérabilité", 'en': "vulnerability",
                'classes': {
                    'limited': {'sql': "vulnerability = 'limited'", 'fr': "limitée", 'en': "limited"},
                    'moderate': {'sql': "vulnerability = 'moderate'", 'fr': "modérée", 'en': "moderate"},
                    'high': {'sql': "vulnerability = 'high'", 'fr': "élevée", 'en': "high"},
                },
            },
        },
        'flows': {
            'judged': {
                'sql': '1', 'strata': {'vulnerability': 'vulnerability'},
                'text': "Départements of which there is an opinion.",
            },
            'active_zones': {
                'sql': 'is_active_zone::int', 'text': "Départements that are zones of active circulation of the virus.",
            },
        },
    })) }}
{%- endmacro %}
