{% set indicator = {
    'title': {'fr': "Part de la cible D (compatible Omicron) parmi les criblages", 'en': 'Share of target D (Omicron-compatible) among screenings'},
    'unit': {'fr': '%', 'en': '%'},
    'formula': {'fr': "100 × cas avec la cible D / cas où elle a été recherchée", 'en': "100 × cases with target D / cases where it was looked for"},
    'source': 'sidep',
    'breakdowns': usual_breakdowns(),
    'open_data': usual_files('target-d-share'),
    'fresh_by': '19:00',
    'lag_days': 3,
    'definition': '2020-12-08',
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with target_d_share as (

    {{ share_of(testing(), indicator, 'target_d_share', 'target_d_found', 'target_d_found + target_d_absent') }}

)

select * from target_d_share
