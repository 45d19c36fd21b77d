{% set indicator = {
    'title': {'fr': "Part de cas criblés", 'en': 'Share of cases screened'},
    'unit': {'fr': '%', 'en': '%'},
    'formula': {'fr': "100 × cas criblés / cas", 'en': "100 × cases screened / cases"},
    'source': 'sidep',
    'breakdowns': usual_breakdowns(),
    'open_data': usual_files('screened-share'),
    'fresh_by': '19:00',
    'lag_days': 3,
    'definition': '2020-12-08',
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with screened_share as (

    {{ share_of(testing(), indicator, 'screened_share', 'screened', 'cases') }}

)

select * from screened_share
