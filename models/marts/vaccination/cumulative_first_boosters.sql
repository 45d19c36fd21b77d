{% set indicator = with_strata(indicator_of(vaccination(), 'cumulative_first_boosters', {
    'title': {'fr': "Personnes ayant reçu un premier rappel, cumul", 'en': "People given a first booster, to date"},
    'unit': {'fr': "personnes", 'en': "people"},
    'formula': {'fr': "personnes dont une injection déclarée premier rappel est du jour ou d'avant", 'en': "people with an injection entered as first booster on the day or before"},
    'definition': '2021-12-08',
    'changes': residence_since(),
    'period': ['cumulative'],
    'figures': ['value'],
}), ['vaccine', 'target_group'], ['cumulative']) %}
{{ declare_indicator(indicator) }}

with cumulative_first_boosters as (

    {{ cumulative_of(vaccination(), indicator, 'cumulative_first_boosters', 'booster1_to_date') }}

)

select * from cumulative_first_boosters
