{% set indicator = one_file(indicator_of(world(), 'world_deaths', {
    'title': {'fr': "Décès dans le monde", 'en': "Deaths in the world"},
    'unit': {'fr': "décès", 'en': "deaths"},
    'formula': {'fr': "décès du jour", 'en': "deaths of the day"},
    'definition': '2019-12-31',
    'figures': ['value'],
})) %}
{{ declare_indicator(indicator) }}

with world_deaths as (

    {{ stock_of(world(), indicator, 'world_deaths', 'deaths') }}

)

select * from world_deaths
