{% set indicator = {
    'title': {'fr': "Part de cas criblés par un kit de première génération", 'en': 'Share of cases screened by a kit of the first generation'},
    'unit': {'fr': '%', 'en': '%'},
    'formula': {'fr': "100 × cas criblés par un kit de première génération / cas", 'en': "100 × cases screened by a kit of the first generation / cases"},
    'source': 'sidep',
    'breakdowns': variant_breakdowns(['all']),
    'open_data': variant_files('variant-screened-share', ['all']),
    'fresh_by': '19:00',
    'lag_days': 3,
    'definition': '2021-03-08',
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with variant_screened_share as (

    {{ share_of(testing(), indicator, 'variant_screened_share', 'variant_screened', 'cases') }}

)

select * from variant_screened_share
