{% set indicator = sentinel_indicator('sentinel_covid_incidence', {
    'title': {
        'fr': "Incidence de la Covid-19 vue en médecine générale",
        'en': "Incidence of Covid-19 in general practice",
    },
    'unit': {'fr': "pour 100 000 habitants", 'en': "per 100,000 inhabitants"},
    'formula': {
        'fr': "incidence des infections respiratoires aiguës × prélèvements positifs / prélèvements",
        'en': "incidence of acute respiratory infections × positive samples / samples",
    },
    'population': true,
    'figures': ['value', 'ci_low', 'ci_high'],
}) %}
{{ declare_indicator(indicator) }}

with sentinel_covid_incidence as (

    {{ sentinel_covid_of(indicator, 'sentinel_covid_incidence') }}

)

select * from sentinel_covid_incidence
