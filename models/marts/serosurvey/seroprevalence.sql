{% set indicator = survey_indicator('seroprevalence', {
    'title': {'fr': "Séroprévalence du SARS-CoV-2", 'en': "Seroprevalence of SARS-CoV-2"},
    'unit': {'fr': "% de la population", 'en': "% of the population"},
    'formula': {
        'fr': "100 × poids des échantillons avec anticorps / poids des échantillons avec un résultat",
        'en': "100 × weight of samples with antibodies / weight of samples with a result",
    },
    'definition': '2020-03-09',
    'group': 'serological estimates',
}, serosurvey()) %}
{{ declare_indicator(indicator) }}

with seroprevalence as (

    {{ survey_estimate_of(indicator, 'seroprevalence', 'antibodies') }}

)

select * from seroprevalence
