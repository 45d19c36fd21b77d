{% set indicator = one_file(indicator_of(world(), 'world_cases_to_date', {
    'title': {'fr': "Cas confirmés dans le monde, cumul", 'en': "Confirmed cases in the world to date"},
    'unit': {'fr': "cas", 'en': "cases"},
    'formula': {'fr': "cas confirmés depuis le premier jour reçu", 'en': "confirmed cases since the first day received"},
    'definition': '2019-12-31',
    'figures': ['value'],
})) %}
{{ declare_indicator(indicator) }}

with world_cases_to_date as (

    {{ stock_of(world(), indicator, 'world_cases_to_date', 'cases_to_date') }}

)

select * from world_cases_to_date
