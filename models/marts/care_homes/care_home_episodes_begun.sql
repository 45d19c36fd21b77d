{% set indicator = with_strata(indicator_of(care_homes(), 'care_home_episodes_begun', {
    'title': {'fr': "Épisodes en établissement médico-social par date des premiers signes", 'en': "Episodes in care homes by date of first signs"},
    'unit': {'fr': "épisodes", 'en': "episodes"},
    'formula': {
        'fr': "épisodes, au jour des premiers signes du premier cas",
        'en': "episodes, on the day of the first signs of the first case",
    },
    'definition': '2020-03-01',
    'figures': ['value', 'ci_low', 'ci_high'],
}), ['establishment_kind'], ['day', 'week']) %}
{{ declare_indicator(indicator) }}

with care_home_episodes_begun as (

    {{ count_of(care_homes(), indicator, 'care_home_episodes_begun', 'episodes_begun') }}

)

select * from care_home_episodes_begun
