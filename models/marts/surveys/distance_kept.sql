{% set indicator = survey_indicator('distance_kept', {
    'title': {'fr': "Distance d'un mètre gardée", 'en': "One metre kept from others"},
    'unit': {'fr': "% des adultes", 'en': "% of adults"},
    'formula': {
        'fr': "100 × poids des personnes qui gardent systématiquement un mètre de distance / poids des répondants",
        'en': "100 × weight of people who systematically keep one metre apart / weight of respondents",
    },
}) %}
{{ declare_indicator(indicator) }}

with distance_kept as (

    {{ survey_estimate_of(indicator, 'distance_kept', 'distance') }}

)

select * from distance_kept
