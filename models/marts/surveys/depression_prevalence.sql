{% set indicator = survey_indicator('depression_prevalence', {
    'title': {'fr': "Prévalence de la dépression", 'en': "Prevalence of depression"},
    'unit': {'fr': "% des adultes", 'en': "% of adults"},
    'formula': {
        'fr': "100 × poids des personnes de plus de 10 points à l'échelle HAD de dépression / poids des répondants",
        'en': "100 × weight of people above 10 points on the HAD depression scale / weight of respondents",
    },
}) %}
{{ declare_indicator(indicator) }}

with depression_prevalence as (

    {{ survey_estimate_of(indicator, 'depression_prevalence', 'depression') }}

)

select * from depression_prevalence
