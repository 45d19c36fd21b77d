{% set indicator = survey_indicator('hygiene_measures_adopted', {
    'title': {'fr': "Adoption systématique de quatre mesures d'hygiène", 'en': "Systematic adoption of four hygiene measures"},
    'unit': {'fr': "% des adultes", 'en': "% of adults"},
    'formula': {
        'fr': "100 × poids des personnes qui adoptent systématiquement les quatre mesures / poids de celles qui ont répondu aux quatre",
        'en': "100 × weight of people who adopt all four systematically / weight of those who answered on all four",
    },
}) %}
{{ declare_indicator(indicator) }}

with hygiene_measures_adopted as (

    {{ survey_estimate_of(indicator, 'hygiene_measures_adopted', 'all_hygiene_measures') }}

)

select * from hygiene_measures_adopted
