{% set targets = ['target_a.found', 'target_b.found', 'target_c.found', 'target_d.found'] %}
{% set indicator = {
    'title': {'fr': "Part des cibles de criblage parmi les criblages", 'en': 'Share of screening targets among screenings'},
    'unit': {'fr': '%', 'en': '%'},
    'formula': {'fr': "100 × cas avec la cible / cas où elle a été recherchée", 'en': "100 × cases with the target / cases where it was looked for"},
    'source': 'sidep',
    'breakdowns': usual_breakdowns(targets),
    'open_data': usual_files('target-a-share', targets[:1]) + usual_files('target-b-share', targets[1:2])
        + usual_files('target-c-share', targets[2:3]) + usual_files('target-d-share', targets[3:]),
    'fresh_by': '19:00',
    'lag_days': 3,
    'definition': '2020-12-08',
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with screening_target_share as (

    {{ share_of(testing(), indicator, 'screening_target_share', 'screened', 'known') }}

)

select * from screening_target_share
