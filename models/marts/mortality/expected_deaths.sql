{% set indicator = excess_indicator('expected_deaths', {
    'title': {'fr': "Décès attendus", 'en': "Expected deaths"},
    'unit': {'fr': "décès", 'en': "deaths"},
    'formula': {'fr': "décès de la régression de référence, dans les communes du panel", 'en': "deaths by the baseline regression, in the communes of the panel"},
    'figures': ['value'],
    'decimals': 1,
}) %}
{{ declare_indicator(indicator) }}

with expected_deaths as (

    {{ excess_of(indicator, 'expected_deaths', 'expected', 'null', 'expected') }}

)

select * from expected_deaths
