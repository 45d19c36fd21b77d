{% set indicator = survey_indicator('sleep_problems', {
    'title': {'fr': "Problèmes de sommeil", 'en': "Problems of sleep"},
    'unit': {'fr': "% des adultes", 'en': "% of adults"},
    'formula': {
        'fr': "100 × poids des personnes qui déclarent des problèmes de sommeil / poids des répondants",
        'en': "100 × weight of people who report problems of sleep / weight of respondents",
    },
}) %}
{{ declare_indicator(indicator) }}

with sleep_problems as (

    {{ survey_estimate_of(indicator, 'sleep_problems', 'sleep_problems') }}

)

select * from sleep_problems
