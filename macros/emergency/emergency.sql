{#
  Emergency visits (OSCOUR), counted on the day on which the patient came in, in the département of the hospital: all of
  them, those with a diagnosis, and of these those for suspected Covid-19. Cells stand at two levels: `dep` (département ×
  sex × age) and `hospital` (département × hospital). Measures are SQL on a row of `int_emergency__facts`.
#}
{% macro emergency() -%}
    {{ return(theme({
        'name': 'emergency',
        'feeds': ['oscour'],
        'records': 'stg_oscour__visits',
        'key': 'visit_key',
        'sender': 'finess',
        'content': [
            'record_kind', 'dep', 'entered_at', 'sex', 'age_band', 'diagnosis', 'associated_diagnoses', 'outcome'
        ],
        'bands': 'sursaud_ages',
        'band': 'age_band',
        'age_schemes': ['sursaud', 'sursaud6'],
        'indicators': {
            'period': ['day', 'rolling7', 'week'], 'age': ['all', 'sursaud', 'sursaud6'], 'fresh_by': '19:00', 'lag_days': 1
        },
        'facts': {
            'day': 'entered_on', 'place': 'dep', 'sex': 'sex', 'age_band': 'age_band', 'hospital': 'finess',
            'is_coded': 'is_coded', 'is_covid': 'is_covid', 'outcome': 'outcome',
        },
        'keys': {
            'sex': "'all'", 'age_band': "'all'",
            'hospital': {'total': "'all'", 'text': "FINESS number of the hospital; all where it is a total."},
        },
        'levels': {
            'dep': {'keys': {'sex': 'sex', 'age_band': 'age_band'}},
            'hospital': {'keys': {'hospital': 'hospital'}, 'measures': ['visits', 'visits_coded']},
        },
        'flows': {
            'visits': {'sql': '1', 'text': "All visits."},
            'visits_coded': {'sql': 'is_coded::int', 'within': 'visits', 'text': "Visits with a diagnosis."},
            'visits_covid': {
                'sql': '(is_coded and is_covid)::int', 'within': 'visits_coded',
                'text': "Visits for suspected Covid-19."
            },
            'hospitalised_covid': {
                'sql': "(is_coded and is_covid and outcome = 'hospitalised')::int",
                'within': 'visits_covid', 'text': "Visits for suspected Covid-19 that ended in admission or transfer.",
            },
            'hospitalised_coded': {
                'sql': "(is_coded and outcome = 'hospitalised')::int",
                'within': 'visits_coded', 'text': "Visits with a diagnosis that ended in admission or transfer.",
            },
        },
        'stocks': {
            'visits_covid_to_date': {'net': 'visits_covid', 'text': "Visits for suspected Covid-19 to date."},
        },
        'explains': {'visits_covid': explained_by('emergency-visits-covid-dep')},
        'watched': {'shares': {
            'coded': {'of': 'is_coded'}, 'covid': {'of': 'is_covid', 'among': 'is_coded'},
        }},
    })) }}
{%- endmacro %}
