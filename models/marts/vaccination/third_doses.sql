{% set indicator = with_strata(indicator_of(vaccination(), 'third_doses', {
    'title': {'fr': "Personnes ayant reçu une troisième dose", 'en': "People given a third dose"},
    'unit': {'fr': "personnes", 'en': "people"},
    'formula': {'fr': "personnes dont la première injection de rang 3 est du jour", 'en': "people whose first injection of rank 3 is of the day"},
    'definition': '2021-12-08',
    'changes': residence_since(),
    'breakdowns': plain_breakdowns(['day']),
    'open_data': plain_file('third-doses', ['day']),
    'figures': ['value', 'ci_low', 'ci_high'],
}), ['vaccine'], ['day']) %}
{{ declare_indicator(indicator) }}

with third_doses as (

    {{ count_of(vaccination(), indicator, 'third_doses', 'dose3') }}

)

select * from third_doses
