{% set indicator = indicator_of(emergency(), 'emergency_visits', {
    'title': {'fr': "Passages aux urgences, toutes causes", 'en': "Emergency visits, all causes"},
    'unit': {'fr': "passages", 'en': "visits"},
    'formula': {'fr': "tous les passages transmis, codés ou non", 'en': "all visits sent, coded or not"},
    'definition': '2020-02-24',
    'figures': ['value', 'ci_low', 'ci_high'],
}) %}
{{ declare_indicator(indicator) }}

with emergency_visits as (

    {{ count_of(emergency(), indicator, 'emergency_visits', 'visits') }}

)

select * from emergency_visits
