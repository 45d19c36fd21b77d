{% set strata = ['all', 'suspected_variant'] %}
{% set indicator = {
    'title': {'fr': "Suspicions de variants au criblage de première génération", 'en': 'Variants suspected by first-generation screening'},
    'unit': {'fr': 'cas', 'en': 'cases'},
    'formula': {'fr': "cas criblés par un kit de première génération, selon le variant suspecté", 'en': "cases screened by a kit of the first generation, by the variant that it suspects"},
    'source': 'sidep',
    'breakdowns': variant_breakdowns(strata),
    'open_data': variant_files('suspected-variants', strata),
    'fresh_by': '19:00',
    'lag_days': 3,
    'definition': '2021-03-08',
    'figures': ['value', 'ci_low', 'ci_high'],
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with suspected_variants as (

    {{ count_of(testing(), indicator, 'suspected_variants', 'variant_screened') }}

)

select * from suspected_variants
