{% set indicator = {
    'title': {'fr': "Admissions en soins critiques par date d'entrée", 'en': "Critical-care admissions by date of entry"},
    'unit': {'fr': "événements", 'en': "events"},
    'formula': {'fr': "événements de la période, par date d'événement", 'en': "events of the period, by date of event"},
    'source': 'sivic',
    'breakdowns': hospital_breakdowns(['day', 'rolling7', 'week']),
    'open_data': hospital_files('critical-care-admissions', ['day', 'rolling7', 'week']),
    'fresh_by': '19:00',
    'lag_days': 0,
    'definition': '2020-03-18',
    'figures': ['value', 'ci_low', 'ci_high'],
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with critical_care_admissions as (

    {{ count_of(hospital(), indicator, 'critical_care_admissions', 'critical_admissions') }}

)

select * from critical_care_admissions
