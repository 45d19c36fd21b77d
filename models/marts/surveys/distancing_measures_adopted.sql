{% set indicator = survey_indicator('distancing_measures_adopted', {
    'title': {'fr': "Adoption systématique de trois mesures de distanciation", 'en': "Systematic adoption of three distancing measures"},
    'unit': {'fr': "% des adultes", 'en': "% of adults"},
    'formula': {
        'fr': "100 × poids des personnes qui adoptent systématiquement les trois mesures / poids de celles qui ont répondu aux trois",
        'en': "100 × weight of people who adopt all three systematically / weight of those who answered on all three",
    },
}) %}
{{ declare_indicator(indicator) }}

with distancing_measures_adopted as (

    {{ survey_estimate_of(indicator, 'distancing_measures_adopted', 'all_distancing_measures') }}

)

select * from distancing_measures_adopted
