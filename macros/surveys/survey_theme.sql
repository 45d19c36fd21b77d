{#
  A theme of a survey in waves, on the last day of the wave, in the région of the respondent: what all surveys have in
  common is completed. The sample is stratified and weighted, so that nothing is counted: of each question stand the sums of
  which a weighted mean and its variance are made (see `survey_estimates`), by sex, age and stratum of the sample. The
  question `respondents` is answered by all who bear a weight, and its answers are the sizes of the strata. The level `wave`
  says which days are those of a wave. Records have the columns of `survey_content`, and there is one scheme of age.
#}
{% macro survey_theme(declared) -%}
    {{ return(theme(dict({
        'persons': true,
        'bands': 'age_classes',
        'band': 'age_class',
        'watched': {'day': 'wave_until'},
        'periods': ['wave'],
        'finest': 'reg',
        'indicators': {
            'period': ['wave'], 'age': ['all'] + declared.age_schemes, 'fresh_by': '19:00', 'lag_days': 30
        },
        'keys': {
            'sex': "'all'", 'age_band': "'all'",
            'sample_stratum': {'total': "'all'", 'text': "Stratum of the sample; all where it is a total."},
            'question': {'total': "'all'", 'text': "What was asked; all where it is a total."},
            'wave': {'total': "'all'", 'text': "Number of the wave, at the level wave; all where it is a total."},
            'wave_from': {'total': "'all'", 'text': "First day of the wave, at the level wave; all where it is a total."},
        },
        'levels': {
            'reg': {'keys': {
                'sex': 'sex', 'age_band': 'age_band', 'sample_stratum': 'sample_stratum', 'question': 'question'
            }},
            'wave': {
                'keys': {'wave': 'wave', 'wave_from': 'wave_from'}, 'place': "'FR'",
                'where': "question = 'respondents'", 'measures': ['answers'],
            },
        },
        'flows': {
            'answers': {'sql': '1', 'text': "Answers, of respondents who bear a weight."},
            'w': {
                'sql': 'weight', 'row': 'decimal(9, 4)', 'type': 'decimal(18, 4)', 'text': "Sum of the weights.",
            },
            'wy': {
                'sql': 'weight * answer', 'row': 'decimal(18, 4)', 'type': 'decimal(18, 4)',
                'text': "Sum of the weights times the answers.",
            },
            'ww': {
                'sql': 'weight * weight', 'row': 'decimal(18, 8)', 'type': 'decimal(28, 8)',
                'text': "Sum of the squares of the weights.",
            },
            'wwy': {
                'sql': 'weight * weight * answer', 'row': 'decimal(18, 8)', 'type': 'decimal(28, 8)',
                'text': "Sum of the squares of the weights times the answers.",
            },
            'wwyy': {
                'sql': 'weight * weight * answer * answer', 'row': 'decimal(18, 8)', 'type': 'decimal(28, 8)',
                'text': "Sum of the squares of the weights times those of the answers.",
            },
        },
    }, **declared))) }}
{%- endmacro %}


{# The columns that the records of every survey have, beside its answers. #}
{% macro survey_content() -%}
    {{ return([
        'record_kind', 'wave', 'wave_from', 'wave_until', 'weight', 'sample_stratum', 'sex', 'age', 'reg'
    ]) }}
{%- endmacro %}
