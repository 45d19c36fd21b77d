{% set indicator = with_strata(indicator_of(vaccination(), 'second_boosters', {
    'title': {'fr': "Personnes ayant reçu un deuxième rappel", 'en': "People given a second booster"},
    'unit': {'fr': "personnes", 'en': "people"},
    'formula': {'fr': "personnes dont la première injection déclarée deuxième rappel est du jour", 'en': "people whose first injection entered as second booster is of the day"},
    'definition': '2021-12-08',
    'changes': residence_since(),
    'figures': ['value', 'ci_low', 'ci_high'],
}), ['vaccine'], ['day']) %}
{{ declare_indicator(indicator) }}

with second_boosters as (

    {{ count_of(vaccination(), indicator, 'second_boosters', 'booster2') }}

)

select * from second_boosters
