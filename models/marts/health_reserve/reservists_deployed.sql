{% set indicator = one_file(indicator_of(health_reserve(), 'reservists_deployed', {
    'title': {'fr': "Réservistes mobilisés", 'en': "Reservists deployed"},
    'unit': {'fr': "réservistes", 'en': "reservists"},
    'formula': {'fr': "réservistes en mission le jour", 'en': "reservists in mission on the day"},
    'definition': '2020-01-01',
    'figures': ['value'],
})) %}
{{ declare_indicator(indicator) }}

with reservists_deployed as (

    {{ stock_of(health_reserve(), indicator, 'reservists_deployed', 'reservists') }}

)

select * from reservists_deployed
