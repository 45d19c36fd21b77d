{% set indicator = {
    'title': {'fr': "Part de la cible C (L452R) parmi les criblages", 'en': 'Share of target C (L452R) among screenings'},
    'unit': {'fr': '%', 'en': '%'},
    'formula': {'fr': "100 × cas avec la cible C / cas où elle a été recherchée", 'en': "100 × cases with target C / cases where it was looked for"},
    'source': 'sidep',
    'breakdowns': usual_breakdowns(),
    'open_data': usual_files('target-c-share'),
    'fresh_by': '19:00',
    'lag_days': 3,
    'definition': '2020-12-08',
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with target_c_share as (

    {{ share_of(testing(), indicator, 'target_c_share', 'target_c_found', 'target_c_found + target_c_absent') }}

)

select * from target_c_share
