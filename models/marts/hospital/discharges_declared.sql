{% set indicator = {
    'title': {'fr': "Nouveaux retours à domicile déclarés", 'en': "New discharges home declared"},
    'unit': {'fr': "événements", 'en': "events"},
    'formula': {'fr': "événements déclarés pendant la période", 'en': "events declared in the period"},
    'source': 'sivic',
    'breakdowns': hospital_breakdowns(['day', 'rolling7', 'week']),
    'open_data': hospital_files('discharges-declared', ['day', 'rolling7', 'week']),
    'fresh_by': '19:00',
    'lag_days': 0,
    'definition': '2020-03-19',
    'figures': ['value', 'ci_low', 'ci_high'],
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with discharges_declared as (

    {{ count_of(hospital(), indicator, 'discharges_declared', 'discharges_declared') }}

)

select * from discharges_declared
