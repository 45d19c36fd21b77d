{% set indicator = indicator_of(emergency(), 'emergency_visits_covid_share', {
    'title': {'fr': "Part des passages aux urgences pour suspicion de Covid-19", 'en': "Share of emergency visits for suspected Covid-19"},
    'unit': {'fr': "% des passages codés", 'en': "% of coded visits"},
    'formula': {'fr': "100 × passages pour suspicion de Covid-19 / passages avec un diagnostic", 'en': "100 × visits for suspected Covid-19 / visits with a diagnosis"},
    'definition': '2020-02-24',
}) %}
{{ declare_indicator(indicator) }}

with emergency_visits_covid_share as (

    {{ share_of(
        emergency(), indicator, 'emergency_visits_covid_share', 'visits_covid', 'visits_coded', minimum=var('minimum_coded')
    ) }}

)

select * from emergency_visits_covid_share
