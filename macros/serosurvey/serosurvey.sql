{#
  Samples of the serological survey, in waves; see `survey_theme`. Who is of what age is told in classes of 15 years, a setting
  of this project.
#}
{% macro serosurvey() -%}
    {{ return(survey_theme({
        'name': 'serosurvey',
        'feeds': ['seroprev', 'erasure'],
        'records': 'stg_seroprev__samples',
        'key': 'sample_key',
        'sender': 'laboratory',
        'content': survey_content() + ['has_antibodies'],
        'age_schemes': ['age15'],
        'provisional_days': 14,
    })) }}
{%- endmacro %}


{# What is asked of a sample; see `answers_of`. #}
{% macro serosurvey_questions() -%}
    {{ return({'respondents': '1', 'antibodies': 'has_antibodies::integer'}) }}
{%- endmacro %}
