{% set indicator = survey_indicator('life_satisfaction_mean', {
    'title': {'fr': "Satisfaction moyenne de la vie, de 0 à 10", 'en': "Mean satisfaction with life, from 0 to 10"},
    'unit': {'fr': "points sur 10", 'en': "points of 10"},
    'formula': {
        'fr': "somme des poids × satisfaction de la vie / poids des répondants",
        'en': "sum of weights × satisfaction with life / weight of respondents",
    },
}) %}
{{ declare_indicator(indicator) }}

with life_satisfaction_mean as (

    {{ survey_estimate_of(indicator, 'life_satisfaction_mean', 'life_satisfaction', factor=1, most=10) }}

)

select * from life_satisfaction_mean
