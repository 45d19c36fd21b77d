{% set indicator = indicator_of(certificates(), 'cumulative_covid_certificates', {
    'title': {'fr': "Certificats de décès électroniques mentionnant la Covid-19, cumul", 'en': "Electronic certificates of death that mention Covid-19, to date"},
    'unit': {'fr': "certificats", 'en': "certificates"},
    'formula': {'fr': "certificats mentionnant la Covid-19 d'un décès du jour ou d'avant", 'en': "certificates that mention Covid-19 of a death on the day or before"},
    'definition': '2020-03-01',
    'period': ['cumulative'],
    'figures': ['value'],
}) %}
{{ declare_indicator(indicator) }}

with cumulative_covid_certificates as (

    {{ cumulative_of(certificates(), indicator, 'cumulative_covid_certificates', 'covid_to_date') }}

)

select * from cumulative_covid_certificates
