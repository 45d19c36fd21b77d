{% set indicator = {
    'title': {'fr': "Part de la cible B (E484Q) parmi les criblages", 'en': 'Share of target B (E484Q) among screenings'},
    'unit': {'fr': '%', 'en': '%'},
    'formula': {'fr': "100 × cas avec la cible B / cas où elle a été recherchée", 'en': "100 × cases with target B / cases where it was looked for"},
    'source': 'sidep',
    'breakdowns': usual_breakdowns(),
    'open_data': usual_files('target-b-share'),
    'fresh_by': '19:00',
    'lag_days': 3,
    'definition': '2020-12-08',
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with target_b_share as (

    {{ share_of(testing(), indicator, 'target_b_share', 'target_b_found', 'target_b_found + target_b_absent') }}

)

select * from target_b_share
