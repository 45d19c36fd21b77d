{% set indicator = with_strata(indicator_of(vaccination(), 'first_doses', {
    'title': {'fr': "Personnes ayant reçu une première dose", 'en': "People given a first dose"},
    'unit': {'fr': "personnes", 'en': "people"},
    'formula': {'fr': "personnes dont la première injection de rang 1 est du jour", 'en': "people whose first injection of rank 1 is of the day"},
    'definition': '2021-12-08',
    'changes': residence_since(),
    'figures': ['value', 'ci_low', 'ci_high'],
}), ['vaccine', 'target_group'], ['day']) %}
{{ declare_indicator(indicator) }}

with first_doses as (

    {{ count_of(vaccination(), indicator, 'first_doses', 'dose1') }}

)

select * from first_doses
