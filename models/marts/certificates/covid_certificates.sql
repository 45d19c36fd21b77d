{% set indicator = with_strata(indicator_of(certificates(), 'covid_certificates', {
    'title': {'fr': "Certificats de décès électroniques mentionnant la Covid-19", 'en': "Electronic certificates of death that mention Covid-19"},
    'unit': {'fr': "certificats", 'en': "certificates"},
    'formula': {'fr': "certificats dont une cause est du vocabulaire Covid-19, par jour du décès", 'en': "certificates of which a cause is in the Covid-19 vocabulary, by day of death"},
    'definition': '2020-03-01',
    'figures': ['value', 'ci_low', 'ci_high'],
}), ['place_kind'], ['day', 'rolling7', 'week']) %}
{{ declare_indicator(indicator) }}

with covid_certificates as (

    {{ count_of(certificates(), indicator, 'covid_certificates', 'covid') }}

)

select * from covid_certificates
