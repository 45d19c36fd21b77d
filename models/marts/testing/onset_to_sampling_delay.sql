{% set indicator = {
    'title': {'fr': "Délai médian entre symptômes et prélèvement", 'en': 'Median delay from symptoms to sampling'},
    'unit': {'fr': 'jours', 'en': 'days'},
    'formula': {'fr': "médiane, parmi les cas symptomatiques, du nombre de jours entre le début des symptômes et le prélèvement", 'en': "median, among symptomatic cases, of the days between onset of symptoms and sampling"},
    'source': 'sidep',
    'breakdowns': [{'geo': ['FRA', 'REG', 'DEP'], 'period': ['day', 'rolling7', 'week'], 'sex': ['all'], 'age': ['all', 'age10']}],
    'open_data': plain_files('onset-to-sampling-delay', ['all', 'age10']),
    'fresh_by': '19:00',
    'lag_days': 3,
    'definition': '2020-12-08',
    'figures': ['denominator', 'value'],
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with onset_to_sampling_delay as (

    {{ median_of(indicator, 'onset_to_sampling_delay', 'int_testing__onset_delays') }}

)

select * from onset_to_sampling_delay
