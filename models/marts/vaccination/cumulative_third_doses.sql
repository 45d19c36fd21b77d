{% set indicator = with_strata(indicator_of(vaccination(), 'cumulative_third_doses', {
    'title': {'fr': "Personnes ayant reçu une troisième dose, cumul", 'en': "People given a third dose, to date"},
    'unit': {'fr': "personnes", 'en': "people"},
    'formula': {'fr': "personnes dont une injection de rang 3 est du jour ou d'avant", 'en': "people with an injection of rank 3 on the day or before"},
    'definition': '2021-12-08',
    'changes': residence_since(),
    'breakdowns': plain_breakdowns(['cumulative']),
    'open_data': plain_file('cumulative-third-doses', ['cumulative']),
    'figures': ['value'],
}), ['vaccine'], ['cumulative']) %}
{{ declare_indicator(indicator) }}

with cumulative_third_doses as (

    {{ cumulative_of(vaccination(), indicator, 'cumulative_third_doses', 'dose3_to_date') }}

)

select * from cumulative_third_doses
