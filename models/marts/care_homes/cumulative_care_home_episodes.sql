{% set indicator = with_strata(indicator_of(care_homes(), 'cumulative_care_home_episodes', {
    'title': {'fr': "Épisodes cumulés en établissement médico-social", 'en': "Cumulative episodes in care homes"},
    'unit': {'fr': "épisodes", 'en': "episodes"},
    'formula': {
        'fr': "épisodes déclarés depuis le début",
        'en': "episodes declared since the beginning",
    },
    'period': ['cumulative'],
    'definition': '2020-03-01',
    'figures': ['value'],
}), ['establishment_kind'], ['cumulative']) %}
{{ declare_indicator(indicator) }}

with cumulative_care_home_episodes as (

    {{ cumulative_of(care_homes(), indicator, 'cumulative_care_home_episodes', 'episodes_to_date') }}

)

select * from cumulative_care_home_episodes
