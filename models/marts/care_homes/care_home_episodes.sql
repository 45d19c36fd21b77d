{% set indicator = with_strata(indicator_of(care_homes(), 'care_home_episodes', {
    'title': {'fr': "Épisodes déclarés par les établissements médico-sociaux", 'en': "Episodes declared by care homes"},
    'unit': {'fr': "épisodes", 'en': "episodes"},
    'formula': {
        'fr': "épisodes, au jour de leur premier bilan",
        'en': "episodes, on the day of their first report",
    },
    'definition': '2020-03-01',
    'figures': ['value', 'ci_low', 'ci_high'],
}), ['establishment_kind'], ['day', 'week']) %}
{{ declare_indicator(indicator) }}

with care_home_episodes as (

    {{ count_of(care_homes(), indicator, 'care_home_episodes', 'episodes') }}

)

select * from care_home_episodes
