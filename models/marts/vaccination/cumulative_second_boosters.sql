{% set indicator = with_strata(indicator_of(vaccination(), 'cumulative_second_boosters', {
    'title': {'fr': "Personnes ayant reçu un deuxième rappel, cumul", 'en': "People given a second booster, to date"},
    'unit': {'fr': "personnes", 'en': "people"},
    'formula': {'fr': "personnes dont une injection déclarée deuxième rappel est du jour ou d'avant", 'en': "people with an injection entered as second booster on the day or before"},
    'definition': '2021-12-08',
    'changes': residence_since(),
    'period': ['cumulative'],
    'figures': ['value'],
}), ['vaccine'], ['cumulative']) %}
{{ declare_indicator(indicator) }}

with cumulative_second_boosters as (

    {{ cumulative_of(vaccination(), indicator, 'cumulative_second_boosters', 'booster2_to_date') }}

)

select * from cumulative_second_boosters
