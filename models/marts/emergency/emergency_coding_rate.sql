{% set indicator = indicator_of(emergency(), 'emergency_coding_rate', {
    'title': {'fr': "Taux de codage des passages aux urgences", 'en': "Coding rate of emergency visits"},
    'unit': {'fr': "% des passages", 'en': "% of visits"},
    'formula': {'fr': "100 × passages avec un diagnostic / passages", 'en': "100 × visits with a diagnosis / visits"},
    'definition': '2020-02-24',
}) %}
{{ declare_indicator(indicator) }}

with emergency_coding_rate as (

    {{ share_of(
        emergency(), indicator, 'emergency_coding_rate', 'visits_coded', 'visits', minimum=var('minimum_coded')
    ) }}

)

select * from emergency_coding_rate
