{% set indicator = with_strata(indicator_of(care_homes(), 'care_home_deaths', {
    'title': {'fr': "Nouveaux décès de résidents en établissement médico-social", 'en': "New deaths of residents in care homes"},
    'unit': {'fr': "décès", 'en': "deaths"},
    'formula': {
        'fr': "nombre du bilan - nombre du bilan précédent du même épisode, au jour du bilan",
        'en': "count of the report - count of the report before it in the same episode, on the day of the report",
    },
    'definition': '2020-03-01',
    'figures': ['value'],
}), ['establishment_kind'], ['day', 'week']) %}
{{ declare_indicator(indicator) }}

with care_home_deaths as (

    {{ count_of(care_homes(), indicator, 'care_home_deaths', 'deaths_home') }}

)

select * from care_home_deaths
