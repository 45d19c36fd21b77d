{% set indicator = {
    'title': {'fr': "Nouvelles admissions en soins critiques déclarées", 'en': "New critical-care admissions declared"},
    'unit': {'fr': "événements", 'en': "events"},
    'formula': {'fr': "événements déclarés pendant la période", 'en': "events declared in the period"},
    'source': 'sivic',
    'breakdowns': hospital_breakdowns(['day', 'rolling7', 'week']),
    'open_data': hospital_files('critical-admissions-declared', ['day', 'rolling7', 'week']),
    'fresh_by': '19:00',
    'lag_days': 0,
    'definition': '2020-03-19',
    'figures': ['value', 'ci_low', 'ci_high'],
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with critical_admissions_declared as (

    {{ count_of(hospital(), indicator, 'critical_admissions_declared', 'critical_admissions_declared') }}

)

select * from critical_admissions_declared
