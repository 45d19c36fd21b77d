{% set indicator = with_strata(indicator_of(vaccination(), 'second_doses', {
    'title': {'fr': "Personnes ayant reçu une deuxième dose", 'en': "People given a second dose"},
    'unit': {'fr': "personnes", 'en': "people"},
    'formula': {'fr': "personnes dont la première injection de rang 2 est du jour", 'en': "people whose first injection of rank 2 is of the day"},
    'definition': '2021-12-08',
    'changes': residence_since(),
    'breakdowns': plain_breakdowns(['day']),
    'open_data': plain_file('second-doses', ['day']),
    'figures': ['value', 'ci_low', 'ci_high'],
}), ['vaccine', 'target_group'], ['day']) %}
{{ declare_indicator(indicator) }}

with second_doses as (

    {{ count_of(vaccination(), indicator, 'second_doses', 'dose2') }}

)

select * from second_doses
