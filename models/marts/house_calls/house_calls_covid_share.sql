{% set indicator = indicator_of(house_calls(), 'house_calls_covid_share', {
    'title': {'fr': "Part des actes SOS Médecins pour suspicion de Covid-19", 'en': "Share of SOS Médecins acts for suspected Covid-19"},
    'unit': {'fr': "% des actes codés", 'en': "% of coded acts"},
    'formula': {'fr': "100 × actes pour suspicion de Covid-19 / actes avec un diagnostic", 'en': "100 × acts for suspected Covid-19 / acts with a diagnosis"},
    'definition': '2020-02-24',
}) %}
{{ declare_indicator(indicator) }}

with house_calls_covid_share as (

    {{ share_of(
        house_calls(), indicator, 'house_calls_covid_share', 'acts_covid', 'acts_coded', minimum=var('minimum_coded')
    ) }}

)

select * from house_calls_covid_share
