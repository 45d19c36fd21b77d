{% set indicator = with_strata(indicator_of(vaccination(), 'third_boosters', {
    'title': {'fr': "Personnes ayant reçu un troisième rappel", 'en': "People given a third booster"},
    'unit': {'fr': "personnes", 'en': "people"},
    'formula': {'fr': "personnes dont la première injection déclarée troisième rappel est du jour", 'en': "people whose first injection entered as third booster is of the day"},
    'definition': '2021-12-08',
    'changes': residence_since(),
    'figures': ['value', 'ci_low', 'ci_high'],
}), ['vaccine'], ['day']) %}
{{ declare_indicator(indicator) }}

with third_boosters as (

    {{ count_of(vaccination(), indicator, 'third_boosters', 'booster3') }}

)

select * from third_boosters
