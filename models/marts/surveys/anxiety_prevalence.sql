{% set indicator = survey_indicator('anxiety_prevalence', {
    'title': {'fr': "Prévalence de l'anxiété", 'en': "Prevalence of anxiety"},
    'unit': {'fr': "% des adultes", 'en': "% of adults"},
    'formula': {
        'fr': "100 × poids des personnes de plus de 10 points à l'échelle HAD d'anxiété / poids des répondants",
        'en': "100 × weight of people above 10 points on the HAD anxiety scale / weight of respondents",
    },
}) %}
{{ declare_indicator(indicator) }}

with anxiety_prevalence as (

    {{ survey_estimate_of(indicator, 'anxiety_prevalence', 'anxiety') }}

)

select * from anxiety_prevalence
