{% set indicator = with_strata(indicator_of(care_homes(), 'cumulative_care_home_deaths', {
    'title': {'fr': "Décès cumulés de résidents en établissement médico-social", 'en': "Cumulative deaths of residents in care homes"},
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

with cumulative_care_home_deaths as (

    {{ cumulative_of(care_homes(), indicator, 'cumulative_care_home_deaths', 'deaths_home_to_date') }}

)

select * from cumulative_care_home_deaths
