{#
  Electronic certificates of death, counted on the day of the death, in its département: all of them, those that mention
  Covid-19, and of these those that mention a comorbidity. Cells stand at two levels: `dep` (département × sex × age band) and
  `establishment` (département × establishment). Measures are SQL on a row of `int_certificates__facts`.
#}
{% macro certificates() -%}
    {{ return(theme({
        'name': 'certificates',
        'feeds': ['cepidc'],
        'records': 'stg_cepidc__certificates',
        'key': 'certificate_key',
        'sender': 'establishment',
        'content': ['record_kind', 'establishment', 'dep', 'place_kind', 'died_on', 'sex', 'age', 'causes'],
        'bands': 'age_years',
        'band': 'age_band',
        'age_schemes': ['age10'],
        'provisional_days': 14,
        'indicators': {
            'period': ['day', 'rolling7', 'week'], 'age': ['all', 'age10'], 'fresh_by': '19:00', 'lag_days': 3
        },
        'facts': {
            'day': 'died_on', 'place': 'dep', 'sex': 'sex', 'age_band': 'age_band', 'place_kind': 'place_kind',
            'establishment': 'establishment', 'is_covid': 'is_covid', 'is_comorbid': 'is_comorbid',
        },
        'keys': {
            'sex': "'all'", 'age_band': "'all'",
            'establishment': {'total': "'all'", 'text': "Establishment, at its own level; all where it is a total."},
        },
        'levels': {
            'dep': {'keys': {'sex': 'sex', 'age_band': 'age_band'}},
            'establishment': {
                'keys': {'establishment': 'establishment'}, 'where': "establishment <> 'none'", 'measures': ['certificates'],
            },
        },
        'strata': {
            'place_kind': {
                'fr': "lieu du décès", 'en': "place of death",
                'classes': {
                    'hospital': {'sql': "place_kind = 'hospital'", 'fr': "hôpital ou clinique", 'en': "hospital"},
                    'care_home': {'sql': "place_kind = 'care_home'", 'fr': "Ehpad", 'en': "care home"},
                    'home': {'sql': "place_kind = 'home'", 'fr': "domicile", 'en': "home"},
                    'other': {'sql': "place_kind = 'other'", 'fr': "autre lieu", 'en': "elsewhere"},
                },
            },
        },
        'flows': {
            'certificates': {'sql': '1', 'text': "Certificates."},
            'covid': {
                'sql': 'is_covid::int', 'strata': ['place_kind'], 'within': 'certificates',
                'text': "Certificates that mention Covid-19.",
            },
            'covid_comorbid': {
                'sql': '(is_covid and is_comorbid)::int',
                'within': 'covid', 'text': "Certificates that mention Covid-19 and a comorbidity.",
            },
        },
        'stocks': {'covid_to_date': {'net': 'covid', 'text': "Certificates that mention Covid-19, to date."}},
        'explains': {'covid': explained_by('covid-certificates-dep')},
        'watched': {'shares': {'covid': {'of': 'is_covid'}}},
    })) }}
{%- endmacro %}
