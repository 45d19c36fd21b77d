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

with sampling_to_result_delay as (

    {{ median_of(indicator, 'sampling_to_result_delay', 'int_testing__result_delays') }}

)

select * from sampling_to_result_delay
