{% set indicator = indicator_of(mortality(), 'deaths', {
    'title': {'fr': "Décès toutes causes", 'en': "Deaths, all causes"},
    'unit': {'fr': "décès", 'en': "deaths"},
    'formula': {'fr': "décès transmis par les communes, par jour du décès", 'en': "deaths transmitted by the communes, by day of death"},
    'definition': '2020-03-01',
    'group': 'deaths',
    'figures': ['value', 'ci_low', 'ci_high'],
}) %}
{{ declare_indicator(indicator) }}

with deaths as (

    {{ count_of(mortality(), indicator, 'deaths', 'deaths') }}

)

select * from deaths
