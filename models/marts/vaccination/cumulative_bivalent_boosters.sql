{% set indicator = with_strata(indicator_of(vaccination(), 'cumulative_bivalent_boosters', {
    'title': {'fr': "Personnes ayant reçu un rappel bivalent, cumul", 'en': "People given a bivalent booster, to date"},
    'unit': {'fr': "personnes", 'en': "people"},
    'formula': {'fr': "personnes dont une injection de rappel avec un vaccin bivalent est du jour ou d'avant", 'en': "people with an injection as booster with a bivalent vaccine on the day or before"},
    'definition': '2021-12-08',
    'changes': residence_since(),
    'period': ['cumulative'],
    'figures': ['value'],
}), ['vaccine'], ['cumulative']) %}
{{ declare_indicator(indicator) }}

with cumulative_bivalent_boosters as (

    {{ cumulative_of(vaccination(), indicator, 'cumulative_bivalent_boosters', 'bivalent_to_date') }}

)

select * from cumulative_bivalent_boosters
