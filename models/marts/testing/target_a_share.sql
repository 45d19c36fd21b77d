{% set indicator = {
    'title': {'fr': "Part de la cible A (E484K) parmi les criblages", 'en': 'Share of target A (E484K) among screenings'},
    'unit': {'fr': '%', 'en': '%'},
    'formula': {'fr': "100 × cas avec la cible A / cas où elle a été recherchée", 'en': "100 × cases with target A / cases where it was looked for"},
    'source': 'sidep',
    'breakdowns': usual_breakdowns(),
    'open_data': usual_files('target-a-share'),
    'fresh_by': '19:00',
    'lag_days': 3,
    'definition': '2020-12-08',
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with target_a_share as (

    {{ share_of(testing(), indicator, 'target_a_share', 'target_a_found', 'target_a_found + target_a_absent') }}

)

select * from target_a_share
