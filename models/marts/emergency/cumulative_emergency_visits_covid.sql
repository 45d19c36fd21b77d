{% set indicator = indicator_of(emergency(), 'cumulative_emergency_visits_covid', {
    'title': {'fr': "Nombre cumulé de passages aux urgences pour suspicion de Covid-19", 'en': "Cumulative emergency visits for suspected Covid-19"},
    'unit': {'fr': "passages", 'en': "visits"},
    'formula': {'fr': "somme des passages depuis le premier jour", 'en': "sum of visits since the first day"},
    'definition': '2020-02-24',
    'figures': ['value'],
    'breakdowns': plain_breakdowns(['cumulative']),
    'open_data': plain_file('cumulative-emergency-visits-covid', ['cumulative']),
}) %}
{{ declare_indicator(indicator) }}

with cumulative_emergency_visits_covid as (

    {{ cumulative_of(emergency(), indicator, 'cumulative_emergency_visits_covid', 'visits_covid_to_date') }}

)

select * from cumulative_emergency_visits_covid
