{% set indicator = indicator_of(emergency(), 'emergency_visits_covid', {
    'title': {'fr': "Passages aux urgences pour suspicion de Covid-19", 'en': "Emergency visits for suspected Covid-19"},
    'unit': {'fr': "passages", 'en': "visits"},
    'formula': {'fr': "passages dont un diagnostic, principal ou associé, est de la liste Covid-19", 'en': "visits of which a diagnosis, principal or associated, is in the Covid-19 list"},
    'definition': '2020-02-24',
    'figures': ['value', 'ci_low', 'ci_high'],
}) %}
{{ declare_indicator(indicator) }}

with emergency_visits_covid as (

    {{ count_of(emergency(), indicator, 'emergency_visits_covid', 'visits_covid') }}

)

select * from emergency_visits_covid
