{% set indicator = {
    'title': {'fr': "Délai médian entre prélèvement et résultat", 'en': 'Median delay from sampling to result'},
    'unit': {'fr': 'heures', 'en': 'hours'},
    'formula': {'fr': "médiane, parmi les personnes testées, du nombre d'heures entre le prélèvement et le résultat", 'en': "median, among people tested, of the hours between sampling and result"},
    'source': 'sidep',
    'breakdowns': [{'geo': ['FRA', 'REG', 'DEP'], 'period': ['day', 'rolling7', 'week'], 'sex': ['all'], 'age': ['all']}],
    'open_data': plain_files('sampling-to-result-delay'),
    'fresh_by': '19:00',
    'lag_days': 3,
    'definition': '2020-12-08',
    'figures': ['denominator', 'value'],
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with delays as (

    select * from {{ ref('int_testing__result_delays') }}

),

sampling_to_result_delay as (

    select
        {{ indicator_keys('sampling_to_result_delay') }},
        null::double as numerator,
        people::double as denominator,
        median_delay as value,
        null::double as ci_low,
        null::double as ci_high,
        {{ indicator_status(indicator) }}
    from delays
    where {{ in_breakdowns(indicator) }}

)

select * from sampling_to_result_delay
