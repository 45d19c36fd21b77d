{% set indicator = with_strata(indicator_of(vaccine_supply(), 'vaccine_doses_delivered', {
    'title': {'fr': "Doses de vaccin livrées", 'en': "Vaccine doses delivered"},
    'unit': {'fr': "doses", 'en': "doses"},
    'formula': {'fr': "doses livrées pendant la semaine", 'en': "doses delivered in the week"},
    'definition': '2020-12-27',
    'figures': ['value'],
}), ['vaccine'], ['week']) %}
{{ declare_indicator(indicator) }}

with vaccine_doses_delivered as (

    {{ stock_of(vaccine_supply(), indicator, 'vaccine_doses_delivered', 'doses_delivered') }}

)

select * from vaccine_doses_delivered
