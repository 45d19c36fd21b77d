{% set indicator = with_strata(indicator_of(vaccination(), 'fourth_doses', {
    'title': {'fr': "Personnes ayant reçu une quatrième dose", 'en': "People given a fourth dose"},
    'unit': {'fr': "personnes", 'en': "people"},
    'formula': {'fr': "personnes dont la première injection de rang 4 est du jour", 'en': "people whose first injection of rank 4 is of the day"},
    'definition': '2021-12-08',
    'changes': residence_since(),
    'breakdowns': plain_breakdowns(['day']),
    'open_data': plain_file('fourth-doses', ['day']),
    'figures': ['value', 'ci_low', 'ci_high'],
}), ['vaccine'], ['day']) %}
{{ declare_indicator(indicator) }}

with fourth_doses as (

    {{ count_of(vaccination(), indicator, 'fourth_doses', 'dose4') }}

)

select * from fourth_doses
