{% set indicator = indicator_of(house_calls(), 'house_calls_covid', {
    'title': {'fr': "Actes SOS Médecins pour suspicion de Covid-19", 'en': "SOS Médecins acts for suspected Covid-19"},
    'unit': {'fr': "actes", 'en': "acts"},
    'formula': {'fr': "actes dont le diagnostic est de la liste Covid-19", 'en': "acts of which the diagnosis is in the Covid-19 list"},
    'definition': '2020-02-24',
    'figures': ['value', 'ci_low', 'ci_high'],
}) %}
{{ declare_indicator(indicator) }}

with house_calls_covid as (

    {{ count_of(house_calls(), indicator, 'house_calls_covid', 'acts_covid') }}

)

select * from house_calls_covid
