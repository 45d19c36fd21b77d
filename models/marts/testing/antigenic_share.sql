{% set indicator = {
    'title': {'fr': "Part de tests antigéniques", 'en': 'Share of antigenic tests'},
    'unit': {'fr': '%', 'en': '%'},
    'formula': {'fr': "100 × tests antigéniques / tests RT-PCR et antigéniques", 'en': "100 × antigenic tests / RT-PCR and antigenic tests"},
    'source': 'sidep',
    'breakdowns': usual_breakdowns(),
    'open_data': usual_files('antigenic-share'),
    'fresh_by': '19:00',
    'lag_days': 3,
    'definition': '2020-12-08',
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with antigenic_share as (

    {{ share_of(testing(), indicator, 'antigenic_share', 'antigenic_tests', 'tests') }}

)

select * from antigenic_share
