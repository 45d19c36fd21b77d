{% set indicator = with_strata(indicator_of(vaccine_supply(), 'vaccine_doses_in_stock', {
    'title': {'fr': "Doses de vaccin en stock", 'en': "Vaccine doses in stock"},
    'unit': {'fr': "doses", 'en': "doses"},
    'formula': {'fr': "doses en stock à la fin de la semaine", 'en': "doses in stock at the end of the week"},
    'definition': '2020-12-27',
    'figures': ['value'],
}), ['vaccine'], ['week']) %}
{{ declare_indicator(indicator) }}

with vaccine_doses_in_stock as (

    {{ stock_of(vaccine_supply(), indicator, 'vaccine_doses_in_stock', 'doses_in_stock') }}

)

select * from vaccine_doses_in_stock
