{% set indicator = with_strata(indicator_of(care_homes(), 'cumulative_care_home_deaths_in_hospital', {
    'title': {'fr': "Décès cumulés à l'hôpital de résidents d'établissements médico-sociaux", 'en': "Cumulative deaths in hospital of care home residents"},
    'unit': {'fr': "décès", 'en': "deaths"},
    'formula': {
        'fr': "somme, sur les épisodes, du dernier nombre déclaré",
        'en': "sum over the episodes of the last count declared",
    },
    'period': ['cumulative'],
    'definition': '2020-03-01',
    'figures': ['value'],
}), ['establishment_kind'], ['cumulative']) %}
{{ declare_indicator(indicator) }}

with cumulative_care_home_deaths_in_hospital as (

    {{ cumulative_of(care_homes(), indicator, 'cumulative_care_home_deaths_in_hospital', 'deaths_hospital_to_date') }}

)

select * from cumulative_care_home_deaths_in_hospital
