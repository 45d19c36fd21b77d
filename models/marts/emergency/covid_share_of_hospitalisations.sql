{% set indicator = indicator_of(emergency(), 'covid_share_of_hospitalisations', {
    'title': {'fr': "Part de la Covid-19 parmi les hospitalisations après passage aux urgences", 'en': "Share of Covid-19 among hospitalisations after an emergency visit"},
    'unit': {'fr': "%", 'en': "%"},
    'formula': {'fr': "100 × hospitalisations après un passage pour suspicion de Covid-19 / hospitalisations après un passage codé", 'en': "100 × hospitalisations after a visit for suspected Covid-19 / hospitalisations after a coded visit"},
    'definition': '2020-02-24',
    'breakdowns': plain_breakdowns(['day', 'rolling7', 'week'], ['all', 'sursaud', 'sursaud6']),
    'open_data': plain_file('covid-share-of-hospitalisations', ['rolling7', 'week'], ['all', 'sursaud', 'sursaud6']),
}) %}
{{ declare_indicator(indicator) }}

with covid_share_of_hospitalisations as (

    {{ share_of(
        emergency(), indicator, 'covid_share_of_hospitalisations', 'hospitalised_covid', 'hospitalised_coded',
        minimum=var('minimum_coded')
    ) }}

)

select * from covid_share_of_hospitalisations
