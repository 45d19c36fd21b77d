{% set indicator = indicator_of(emergency(), 'hospitalisations_after_emergency_visit', {
    'title': {'fr': "Hospitalisations après passage aux urgences pour suspicion de Covid-19", 'en': "Hospitalisations after an emergency visit for suspected Covid-19"},
    'unit': {'fr': "hospitalisations", 'en': "hospitalisations"},
    'formula': {'fr': "passages pour suspicion de Covid-19 terminés par une mutation ou un transfert", 'en': "visits for suspected Covid-19 that ended in admission or transfer"},
    'definition': '2020-02-24',
    'figures': ['value', 'ci_low', 'ci_high'],
}) %}
{{ declare_indicator(indicator) }}

with hospitalisations_after_emergency_visit as (

    {{ count_of(emergency(), indicator, 'hospitalisations_after_emergency_visit', 'hospitalised_covid') }}

)

select * from hospitalisations_after_emergency_visit
