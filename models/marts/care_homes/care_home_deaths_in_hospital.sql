{% set indicator = with_strata(indicator_of(care_homes(), 'care_home_deaths_in_hospital', {
    'title': {'fr': "Nouveaux décès à l'hôpital de résidents d'établissements médico-sociaux", 'en': "New deaths in hospital of care home residents"},
    'unit': {'fr': "décès", 'en': "deaths"},
    'formula': {
        'fr': "nombre du bilan - nombre du bilan précédent du même épisode, au jour du bilan",
        'en': "count of the report - count of the report before it in the same episode, on the day of the report",
    },
    'definition': '2020-03-01',
    'figures': ['value'],
}), ['establishment_kind'], ['day', 'week']) %}
{{ declare_indicator(indicator) }}

with care_home_deaths_in_hospital as (

    {{ count_of(care_homes(), indicator, 'care_home_deaths_in_hospital', 'deaths_hospital') }}

)

select * from care_home_deaths_in_hospital
