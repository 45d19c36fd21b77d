{% set indicator = one_file(indicator_of(world(), 'world_cases', {
    'title': {'fr': "Cas confirmés dans le monde", 'en': "Confirmed cases in the world"},
    'unit': {'fr': "cas", 'en': "cases"},
    'formula': {'fr': "cas confirmés du jour", 'en': "confirmed cases of the day"},
    'definition': '2019-12-31',
    'figures': ['value'],
})) %}
{{ declare_indicator(indicator) }}

with world_cases as (

    {{ stock_of(world(), indicator, 'world_cases', 'cases') }}

)

select * from world_cases
