{% set indicator = {
    'title': {'fr': "Part des hospitalisations pour Covid-19", 'en': "Share of admissions for Covid-19"},
    'unit': {'fr': "%", 'en': "%"},
    'formula': {'fr': "100 × hospitalisations pour Covid-19 / hospitalisations de motif connu", 'en': "100 × admissions for Covid-19 / admissions of known reason"},
    'source': 'sivic',
    'breakdowns': hospital_breakdowns(['day', 'rolling7', 'week']),
    'open_data': hospital_files('admissions-for-covid-share', ['day', 'rolling7', 'week']),
    'fresh_by': '19:00',
    'lag_days': 0,
    'definition': '2020-03-18',
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with admissions_for_covid_share as (

    {{ share_of(
        hospital(), indicator, 'admissions_for_covid_share', 'admissions_for', 'admissions_for + admissions_with'
    ) }}

)

select * from admissions_for_covid_share
