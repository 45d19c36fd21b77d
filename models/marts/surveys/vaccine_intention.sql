{% set indicator = survey_indicator('vaccine_intention', {
    'title': {'fr': "Intention de se faire vacciner", 'en': "Intention to be vaccinated"},
    'unit': {'fr': "% des adultes", 'en': "% of adults"},
    'formula': {
        'fr': "100 × poids des personnes qui ont l'intention de se faire vacciner ou le sont / poids des répondants",
        'en': "100 × weight of people who intend to be vaccinated or are / weight of respondents",
    },
}) %}
{{ declare_indicator(indicator) }}

with vaccine_intention as (

    {{ survey_estimate_of(indicator, 'vaccine_intention', 'vaccine_intention') }}

)

select * from vaccine_intention
