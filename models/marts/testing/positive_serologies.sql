{% set indicator = {
    'title': {'fr': "Sérologies positives", 'en': 'Positive serologies'},
    'unit': {'fr': 'résultats', 'en': 'results'},
    'formula': {'fr': "résultats sérologiques positifs, par date de prélèvement", 'en': "positive serology results, by sampling date"},
    'source': 'sidep',
    'breakdowns': usual_breakdowns(),
    'open_data': usual_files('positive-serologies'),
    'fresh_by': '19:00',
    'lag_days': 3,
    'definition': '2020-12-08',
    'figures': ['value', 'ci_low', 'ci_high'],
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with positive_serologies as (

    {{ count_of(testing(), indicator, 'positive_serologies', 'positive_serologies') }}

)

select * from positive_serologies
