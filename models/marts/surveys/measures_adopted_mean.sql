{% set indicator = survey_indicator('measures_adopted_mean', {
    'title': {'fr': "Nombre moyen de mesures adoptées, sur sept", 'en': "Mean number of measures adopted, of seven"},
    'unit': {'fr': "mesures", 'en': "measures"},
    'formula': {
        'fr': "somme des poids × mesures adoptées systématiquement / poids de ceux qui ont répondu aux sept",
        'en': "sum of weights × measures adopted systematically / weight of those who answered on all seven",
    },
}) %}
{{ declare_indicator(indicator) }}

with measures_adopted_mean as (

    {{ survey_estimate_of(indicator, 'measures_adopted_mean', 'measures', factor=1, most=7) }}

)

select * from measures_adopted_mean
