{#
  Severe cases of Covid-19 admitted to the intensive care units that take part in the surveillance, counted on the day of
  admission, in the département of the unit, by severity and by whether there is a comorbidity. A case is told by a form that
  names no person. Measures are SQL on a row of `int_sentinel_icu__facts`.
#}
{% macro sentinel_icu() -%}
    {{ return(theme({
        'name': 'sentinel_icu',
        'feeds': ['rea_sentinelle'],
        'records': 'stg_rea_sentinelle__forms',
        'key': 'form_key',
        'sender': 'unit',
        'content': ['record_kind', 'dep', 'admitted_on', 'sex', 'age', 'severity', 'comorbidity'],
        'bands': 'age_years',
        'band': 'age_band',
        'age_schemes': ['age15'],
        'periods': ['day', 'week'],
        'provisional_days': 4,
        'indicators': {'period': ['week'], 'age': ['all', 'age15'], 'fresh_by': '19:00', 'lag_days': 4},
        'facts': {
            'day': 'admitted_on', 'place': 'dep', 'sex': 'sex', 'age_band': 'age_band', 'severity': 'severity',
            'comorbidity': 'comorbidity',
        },
        'keys': {'sex': "'all'", 'age_band': "'all'"},
        'levels': {'dep': {'keys': {'sex': 'sex', 'age_band': 'age_band'}}},
        'strata': {
            'severity': {
                'fr': "gravité du syndrome de détresse respiratoire aiguë", 'en': "severity of acute respiratory distress",
                'classes': {
                    'none': {'sql': "severity = 'none'", 'fr': "sans", 'en': "none"},
                    'minor': {'sql': "severity = 'minor'", 'fr': "mineur", 'en': "minor"},
                    'moderate': {'sql': "severity = 'moderate'", 'fr': "modéré", 'en': "moderate"},
                    'severe': {'sql': "severity = 'severe'", 'fr': "sévère", 'en': "severe"},
                },
            },
        },
        'flows': {
            'icu_cases': {'sql': '1', 'strata': ['severity'], 'text': "Severe cases admitted."},
            'comorbidity_known': {
                'sql': "(comorbidity <> 'unknown')::int", 'within': 'icu_cases',
                'text': "Cases of which it is known whether there is a comorbidity.",
            },
            'with_comorbidity': {
                'sql': "(comorbidity = 'yes')::int", 'within': 'comorbidity_known',
                'text': "Cases with at least one comorbidity.",
            },
        },
    })) }}
{%- endmacro %}


{# A declaration of an indicator of the sentinel intensive care, in the short form: France and régions by week. #}
{% macro sentinel_icu_indicator(name, declared) -%}
    {%- set stem, sexes, ages = name | replace('_', '-'), ['all', 'F', 'M', 'unknown'], sentinel_icu().indicators.age -%}
    {%- set national = {'geo': ['FRA'], 'period': ['week'], 'sex': sexes, 'age': ages} -%}
    {%- set regional = {'geo': ['REG'], 'period': ['week'], 'sex': ['all'], 'age': ['all']} -%}
    {{ return(indicator_of(sentinel_icu(), name, dict({
        'breakdowns': [national, regional],
        'open_data': [dict(national, name=stem ~ '-fra'), dict(regional, name=stem ~ '-reg')],
        'definition': '2020-10-05',
    }, **declared))) }}
{%- endmacro %}
