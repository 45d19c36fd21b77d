{#
  Answers to CoviPrev, a survey in waves, on the last day of the wave, in the région of the respondent; see `survey_theme`.
#}
{% macro surveys() -%}
    {{ return(survey_theme({
        'name': 'surveys',
        'feeds': ['coviprev', 'erasure'],
        'records': 'stg_coviprev__sheets',
        'key': 'sheet_key',
        'sender': 'institute',
        'content': survey_content() + (survey_answers() | list),
        'age_schemes': ['coviprev'],
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
