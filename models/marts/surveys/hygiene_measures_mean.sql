{% set indicator = survey_indicator('hygiene_measures_mean', {
    'title': {'fr': "Nombre moyen de mesures d'hygiène adoptées, sur quatre", 'en': "Mean number of hygiene measures adopted, of four"},
    'unit': {'fr': "mesures", 'en': "measures"},
    'formula': {
        'fr': "somme des poids × mesures d'hygiène adoptées systématiquement / poids de ceux qui ont répondu aux quatre",
        'en': "sum of weights × hygiene measures adopted systematically / weight of those who answered on all four",
    },
}) %}
{{ declare_indicator(indicator) }}

with hygiene_measures_mean as (

    {{ survey_estimate_of(indicator, 'hygiene_measures_mean', 'hygiene_measures', factor=1, most=4) }}

)

select * from hygiene_measures_mean
