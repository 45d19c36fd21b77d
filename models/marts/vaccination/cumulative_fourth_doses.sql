{% set indicator = with_strata(indicator_of(vaccination(), 'cumulative_fourth_doses', {
    'title': {'fr': "Personnes ayant reçu une quatrième dose, cumul", 'en': "People given a fourth dose, to date"},
    'unit': {'fr': "personnes", 'en': "people"},
    'formula': {'fr': "personnes dont une injection de rang 4 est du jour ou d'avant", 'en': "people with an injection of rank 4 on the day or before"},
    'definition': '2021-12-08',
    'changes': residence_since(),
    'breakdowns': plain_breakdowns(['cumulative']),
    'open_data': plain_file('cumulative-fourth-doses', ['cumulative']),
    'figures': ['value'],
}), ['vaccine'], ['cumulative']) %}
{{ declare_indicator(indicator) }}

with cumulative_fourth_doses as (

    {{ cumulative_of(vaccination(), indicator, 'cumulative_fourth_doses', 'dose4_to_date') }}

)

select * from cumulative_fourth_doses
