{#
  Acts of SOS Médecins, counted on the day of the act, in the département of the association: all of them, those with a
  diagnosis, and of these those for suspected Covid-19. Measures are SQL on a row of `int_house_calls__facts`.
#}
{% macro house_calls() -%}
    {{ return(theme({
        'name': 'house_calls',
        'feeds': ['sos_medecins'],
        'records': 'stg_sos_medecins__acts',
        'key': 'act_key',
        'sender': 'association',
        'content': ['record_kind', 'dep', 'acted_at', 'sex', 'age_band', 'diagnosis'],
        'bands': 'sursaud_ages',
        'band': 'age_band',
        'age_schemes': ['sursaud', 'sursaud6'],
        'indicators': {
            'period': ['day', 'rolling7', 'week'], 'age': ['all', 'sursaud', 'sursaud6'], 'fresh_by': '19:00', 'lag_days': 1
        },
        'facts': {
            'day': 'acted_on', 'place': 'dep', 'sex': 'sex', 'age_band': 'age_band',
            'is_coded': 'is_coded', 'is_covid': 'is_covid',
        },
        'keys': {'sex': "'all'", 'age_band': "'all'"},
        'levels': {
            'dep': {'keys': {'sex': 'sex', 'age_band': 'age_band'}},
        },
        'flows': {
            'acts': {'sql': '1', 'text': "All acts."},
            'acts_coded': {'sql': 'is_coded::int', 'within': 'acts', 'text': "Acts with a diagnosis."},
            'acts_covid': {
                'sql': '(is_coded and is_covid)::int', 'within': 'acts_coded', 'text': "Acts for suspected Covid-19."
            },
        },
        'explains': {'acts_covid': explained_by('house-calls-covid-dep')},
        'watched': {'shares': {
            'coded': {'of': 'is_coded'}, 'covid': {'of': 'is_covid', 'among': 'is_coded'},
        }},
    })) }}
{%- endmacro %}
