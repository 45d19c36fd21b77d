{% set indicator = indicator_of(certificates(), 'covid_certificates_comorbidity_share', {
    'title': {'fr': "Part des certificats Covid-19 avec une comorbidité", 'en': "Share of Covid-19 certificates with a comorbidity"},
    'unit': {'fr': "% des certificats", 'en': "% of certificates"},
    'formula': {'fr': "100 × certificats mentionnant la Covid-19 et une comorbidité / certificats mentionnant la Covid-19", 'en': "100 × certificates that mention Covid-19 and a comorbidity / certificates that mention Covid-19"},
    'definition': '2020-03-01',
}) %}
{{ declare_indicator(indicator) }}

with covid_certificates_comorbidity_share as (

    {{ share_of(certificates(), indicator, 'covid_certificates_comorbidity_share', 'covid_comorbid', 'covid') }}

)

select * from covid_certificates_comorbidity_share
