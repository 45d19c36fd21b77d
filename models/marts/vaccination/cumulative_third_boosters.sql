{% set indicator = with_strata(indicator_of(vaccination(), 'cumulative_third_boosters', {
    'title': {'fr': "Personnes ayant reçu un troisième rappel, cumul", 'en': "People given a third booster, to date"},
    'unit': {'fr': "personnes", 'en': "people"},
    'formula': {'fr': "personnes dont une injection déclarée troisième rappel est du jour ou d'avant", 'en': "people with an injection entered as third booster on the day or before"},
    'definition': '2021-12-08',
    'changes': residence_since(),
    'period': ['cumulative'],
    'figures': ['value'],
}), ['vaccine'], ['cumulative']) %}
{{ declare_indicator(indicator) }}

with cumulative_third_boosters as (

    {{ cumulative_of(vaccination(), indicator, 'cumulative_third_boosters', 'booster3_to_date') }}

)

select * from cumulative_third_boosters
