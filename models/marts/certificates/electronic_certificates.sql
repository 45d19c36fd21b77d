{% set indicator = indicator_of(certificates(), 'electronic_certificates', {
    'title': {'fr': "Certificats de décès électroniques", 'en': "Electronic certificates of death"},
    'unit': {'fr': "certificats", 'en': "certificates"},
    'formula': {'fr': "certificats reçus, par jour du décès", 'en': "certificates received, by day of death"},
    'definition': '2020-03-01',
    'figures': ['value', 'ci_low', 'ci_high'],
}) %}
{{ declare_indicator(indicator) }}

with electronic_certificates as (

    {{ count_of(certificates(), indicator, 'electronic_certificates', 'certificates') }}

)

select * from electronic_certificates
