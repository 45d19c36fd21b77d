{% set indicator = with_strata(indicator_of(vaccination(), 'cumulative_second_doses', {
    'title': {'fr': "Personnes ayant reçu une deuxième dose, cumul", 'en': "People given a second dose, to date"},
    'unit': {'fr': "personnes", 'en': "people"},
    'formula': {'fr': "personnes dont une injection de rang 2 est du jour ou d'avant", 'en': "people with an injection of rank 2 on the day or before"},
    'definition': '2021-12-08',
    'changes': residence_since(),
    'breakdowns': plain_breakdowns(['cumulative']),
    'open_data': plain_file('cumulative-second-doses', ['cumulative']),
    'figures': ['value'],
}), ['vaccine', 'target_group'], ['cumulative']) %}
{{ declare_indicator(indicator) }}

with cumulative_second_doses as (

    {{ cumulative_of(vaccination(), indicator, 'cumulative_second_doses', 'dose2_to_date') }}

)

select * from cumulative_second_doses
