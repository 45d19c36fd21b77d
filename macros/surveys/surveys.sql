{#
  Answers to a survey in waves, on the last day of the wave, in the région of the respondent. The sample is stratified and
  weighted, so that nothing is counted: of each question stand the sums of which a weighted mean and its variance are made
  (see `survey_estimates`), by sex, age and stratum of the sample. The question `respondents` is answered by all who bear
  a weight, and its answers are the sizes of the strata. The level `wave` says which days are those of a wave.
#}
{% macro surveys() -%}
    {{ return(theme({
        'name': 'surveys',
        'feeds': ['coviprev', 'erasure'],
        'records': 'stg_coviprev__sheets',
        'key': 'sheet_key',
        'sender': 'institute',
        'persons': true,
        'content': [
            'record_kind', 'wave', 'wave_from', 'wave_until', 'weight', 'sample_stratum', 'sex', 'age', 'reg'
        ] + (survey_answers() | list),
        'bands': 'age_classes',
        'band': 'age_class',
        'age_schemes': ['coviprev'],
        'periods': ['wave'],
        'finest': 'reg',
        'indicators': {'period': ['wave'], 'age': ['all', 'coviprev'], 'fresh_by': '19:00', 'lag_days': 30},
        'keys': {
            'sex': "'all'", 'age_band': "'all'",
            'sample_stratum': {'total': "'all'", 'text': "Stratum of the sample; all where it is a total."},
            'question': {'total': "'all'", 'text': "What was asked, see survey_questions; all where it is a total."},
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
    })) }}
{%- endmacro %}


{#
  The columns of an answer sheet that hold answers, {column of staging: column as it is received}. A measure of prevention
  is adopted systematically (S), often (O), at times (P) or never (J); each answer may be missing.
#}
{% macro survey_answers() -%}
    {{ return({
        'had_anxiety': 'had_anxiete', 'had_depression': 'had_depression', 'sleep_problems': 'pb_sommeil',
        'life_satisfaction': 'satisfaction_vie', 'vaccine_intention': 'intention_vaccin',
        'washes_hands': 'mes_mains', 'coughs_in_elbow': 'mes_coude', 'uses_tissues': 'mes_mouchoir',
        'shakes_no_hands': 'mes_saluer', 'keeps_distance': 'mes_distance', 'stays_at_home': 'mes_sorties',
        'avoids_gatherings': 'mes_rassemblements', 'wears_mask': 'mes_masque',
    }) }}
{%- endmacro %}


{#
  The questions, {name: SQL of the answer of a sheet, a whole number from 0 to 10; none where any answer that it needs is
  missing}. Above 10 points, a subscale of the HAD scale says a definite case.
#}
{% macro survey_questions() -%}
    {%- set hygiene = ['washes_hands', 'coughs_in_elbow', 'uses_tissues', 'shakes_no_hands'] -%}
    {%- set distancing = ['keeps_distance', 'stays_at_home', 'avoids_gatherings'] -%}
    {{ return({
        'respondents': '1',
        'anxiety': '(had_anxiety > 10)::integer',
        'depression': '(had_depression > 10)::integer',
        'sleep_problems': "(sleep_problems = 'O')::integer",
        'life_satisfaction': 'life_satisfaction',
        'vaccine_intention': "(vaccine_intention = 'O')::integer",
        'hygiene_measures': adopted(hygiene),
        'all_hygiene_measures': '(' ~ adopted(hygiene) ~ ' = 4)::integer',
        'all_distancing_measures': '(' ~ adopted(distancing) ~ ' = 3)::integer',
        'measures': adopted(hygiene + distancing),
        'distance': adopted(['keeps_distance']),
        'mask': adopted(['wears_mask']),
    }) }}
{%- endmacro %}


{# How many of some measures of prevention are adopted systematically; none where an answer is missing. #}
{% macro adopted(columns) -%}
    ({%- for column in columns -%}({{ column }} = 'S')::integer{{ ' + ' if not loop.last }}{%- endfor -%})
{%- endmacro %}
