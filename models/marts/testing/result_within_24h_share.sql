{% set indicator = {
    'title': {'fr': "Part de résultats rendus en moins de 24 heures", 'en': 'Share of results within 24 hours'},
    'unit': {'fr': '%', 'en': '%'},
    'formula': {'fr': "100 × personnes testées dont le résultat est rendu en moins de 24 heures / personnes testées", 'en': "100 × people tested whose result came within 24 hours / people tested"},
    'source': 'sidep',
    'breakdowns': [{'geo': ['FRA', 'REG', 'DEP'], 'period': ['day', 'rolling7', 'week'], 'sex': ['all'], 'age': ['all']}],
    'open_data': plain_files('result-within-24h-share'),
    'fresh_by': '19:00',
    'lag_days': 3,
    'definition': '2020-12-08',
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with delays as (

    select
        *,
        people_under_24::double as numerator,
        people::double as denominator
    from {{ ref('int_testing__result_delays') }}
    where {{ in_breakdowns(indicator) }}

),

result_within_24h_share as (

    select
        {{ indicator_keys('result_within_24h_share') }},
        numerator,
        denominator,
        {{ percentage('numerator', 'denominator') }} as value,
        {{ percentage_bound('numerator', 'denominator', '-') }} as ci_low,
        {{ percentage_bound('numerator', 'denominator', '+') }} as ci_high,
        {{ indicator_status(indicator) }}
    from delays

)

select * from result_within_24h_share
