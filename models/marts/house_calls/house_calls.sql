{% set indicator = indicator_of(house_calls(), 'house_calls', {
    'title': {'fr': "Actes SOS Médecins, toutes causes", 'en': "SOS Médecins acts, all causes"},
    'unit': {'fr': "actes", 'en': "acts"},
    'formula': {'fr': "tous les actes transmis, codés ou non", 'en': "all acts sent, coded or not"},
    'definition': '2020-02-24',
    'figures': ['value', 'ci_low', 'ci_high'],
}) %}
{{ declare_indicator(indicator) }}

with house_calls as (

    {{ count_of(house_calls(), indicator, 'house_calls', 'acts') }}

)

select * from house_calls
