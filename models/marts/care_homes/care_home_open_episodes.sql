{% set indicator = with_strata(indicator_of(care_homes(), 'care_home_open_episodes', {
    'title': {'fr': "Épisodes en cours en établissement médico-social", 'en': "Open episodes in care homes"},
    'unit': {'fr': "épisodes", 'en': "episodes"},
    'formula': {
        'fr': "épisodes dont le dernier bilan ne dit pas la clôture",
        'en': "episodes of which the last report is not a closing one",
    },
    'definition': '2020-03-01',
    'figures': ['value'],
}), ['establishment_kind'], ['day', 'week']) %}
{{ declare_indicator(indicator) }}

with care_home_open_episodes as (

    {{ stock_of(care_homes(), indicator, 'care_home_open_episodes', 'open_episodes') }}

)

select * from care_home_open_episodes
