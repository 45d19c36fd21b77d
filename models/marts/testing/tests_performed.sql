{% set indicator = {
    'title': {'fr': "Tests réalisés", 'en': "Tests performed"},
    'unit': {'fr': "tests", 'en': "tests"},
    'formula': {'fr': "tests virologiques au résultat interprétable, par date de prélèvement", 'en': "virological tests with a conclusive result, by sampling date"},
    'source': 'sidep',
    'breakdowns': plain_breakdowns(['day', 'rolling7', 'week']),
    'open_data': plain_file('tests-performed', ['day', 'rolling7', 'week']),
    'fresh_by': '19:00',
    'lag_days': 3,
    'definition': '2020-05-13',
    'figures': ['value', 'ci_low', 'ci_high'],
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with tests_performed as (

    {{ count_of(testing(), indicator, 'tests_performed', 'tests') }}

)

select * from tests_performed
