{% set indicator = {
    'title': {'fr': "Nouveaux décès hospitaliers déclarés", 'en': "New deaths in hospital declared"},
    'unit': {'fr': "événements", 'en': "events"},
    'formula': {'fr': "événements déclarés pendant la période", 'en': "events declared in the period"},
    'source': 'sivic',
    'breakdowns': hospital_breakdowns(['day', 'rolling7', 'week']),
    'open_data': hospital_files('hospital-deaths-declared', ['day', 'rolling7', 'week']),
    'fresh_by': '19:00',
    'lag_days': 0,
    'definition': '2020-03-19',
    'figures': ['value', 'ci_low', 'ci_high'],
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with hospital_deaths_declared as (

    {{ count_of(hospital(), indicator, 'hospital_deaths_declared', 'deaths_declared') }}

)

select * from hospital_deaths_declared
