{% set indicator = with_strata(indicator_of(vaccination(), 'cumulative_first_doses', {
    'title': {'fr': "Personnes ayant reçu une première dose, cumul", 'en': "People given a first dose, to date"},
    'unit': {'fr': "personnes", 'en': "people"},
    'formula': {'fr': "personnes dont une injection de rang 1 est du jour ou d'avant", 'en': "people with an injection of rank 1 on the day or before"},
    'definition': '2021-12-08',
    'changes': residence_since(),
    'period': ['cumulative'],
    'figures': ['value'],
}), ['vaccine', 'target_group'], ['cumulative']) %}
{{ declare_indicator(indicator) }}

with cumulative_first_doses as (

    {{ cumulative_of(vaccination(), indicator, 'cumulative_first_doses', 'dose1_to_date') }}

)

select * from cumulative_first_doses
