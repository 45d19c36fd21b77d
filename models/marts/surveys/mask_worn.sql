{% set indicator = survey_indicator('mask_worn', {
    'title': {'fr': "Port systématique du masque", 'en': "Masks worn systematically"},
    'unit': {'fr': "% des adultes", 'en': "% of adults"},
    'formula': {
        'fr': "100 × poids des personnes qui portent systématiquement un masque en public / poids des répondants",
        'en': "100 × weight of people who systematically wear a mask in public / weight of respondents",
    },
}) %}
{{ declare_indicator(indicator) }}

with mask_worn as (

    {{ survey_estimate_of(indicator, 'mask_worn', 'mask') }}

)

select * from mask_worn
