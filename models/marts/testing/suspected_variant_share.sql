{% set strata = ['suspected_variant'] %}
{% set indicator = {
    'title': {'fr': "Part de chaque variant suspecté au criblage de première génération", 'en': 'Share of each variant suspected by first-generation screening'},
    'unit': {'fr': '%', 'en': '%'},
    'formula': {'fr': "100 × cas où le variant est suspecté / cas criblés par un kit de première génération", 'en': "100 × cases in which the variant is suspected / cases screened by a kit of the first generation"},
    'source': 'sidep',
    'breakdowns': variant_breakdowns(strata),
    'open_data': variant_files('suspected-variant-share', strata),
    'fresh_by': '19:00',
    'lag_days': 3,
    'definition': '2021-03-08',
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with suspected_variant_share as (

    {{ share_of(testing(), indicator, 'suspected_variant_share', 'variant_screened', 'known') }}

)

select * from suspected_variant_share
