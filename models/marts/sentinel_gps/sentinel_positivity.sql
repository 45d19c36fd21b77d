{% set indicator = sentinel_indicator('sentinel_positivity', {
    'title': {
        'fr': "Positivité au SARS-CoV-2 des prélèvements Sentinelles",
        'en': "Positivity for SARS-CoV-2 of sentinel samples",
    },
    'unit': {'fr': "% des prélèvements", 'en': "% of samples"},
    'formula': {
        'fr': "100 × prélèvements positifs / prélèvements",
        'en': "100 × positive samples / samples",
    },
}) %}
{{ declare_indicator(indicator) }}

with sentinel_positivity as (

    {{ sentinel_positivity_of(indicator, 'sentinel_positivity') }}

)

select * from sentinel_positivity
