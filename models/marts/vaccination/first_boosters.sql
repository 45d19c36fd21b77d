{% set indicator = with_strata(indicator_of(vaccination(), 'first_boosters', {
    'title': {'fr': "Personnes ayant reçu un premier rappel", 'en': "People given a first booster"},
    'unit': {'fr': "personnes", 'en': "people"},
    'formula': {'fr': "personnes dont la première injection déclarée premier rappel est du jour", 'en': "people whose first injection entered as first booster is of the day"},
    'definition': '2021-12-08',
    'changes': residence_since(),
    'figures': ['value', 'ci_low', 'ci_high'],
}), ['vaccine', 'target_group'], ['day']) %}
{{ declare_indicator(indicator) }}

with first_boosters as (

    {{ count_of(vaccination(), indicator, 'first_boosters', 'booster1') }}

)

select * from first_boosters
