{% set indicator = with_strata(indicator_of(vaccination(), 'bivalent_boosters', {
    'title': {'fr': "Personnes ayant reçu un rappel bivalent", 'en': "People given a bivalent booster"},
    'unit': {'fr': "personnes", 'en': "people"},
    'formula': {'fr': "personnes dont la première injection de rappel avec un vaccin bivalent est du jour", 'en': "people whose first injection as booster with a bivalent vaccine is of the day"},
    'definition': '2021-12-08',
    'changes': residence_since(),
    'figures': ['value', 'ci_low', 'ci_high'],
}), ['vaccine'], ['day']) %}
{{ declare_indicator(indicator) }}

with bivalent_boosters as (

    {{ count_of(vaccination(), indicator, 'bivalent_boosters', 'bivalent') }}

)

select * from bivalent_boosters
