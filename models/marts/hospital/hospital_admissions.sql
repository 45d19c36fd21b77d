{% set indicator = {
    'title': {'fr': "Hospitalisations par date d'admission", 'en': "Hospital admissions by date of admission"},
    'unit': {'fr': "événements", 'en': "events"},
    'formula': {'fr': "événements de la période, par date d'événement", 'en': "events of the period, by date of event"},
    'source': 'sivic',
    'breakdowns': hospital_breakdowns(['day', 'rolling7', 'week'], ['all', 'cause']),
    'open_data': hospital_files('hospital-admissions', ['day', 'rolling7', 'week'])
        + hospital_files('admissions-for-covid', ['day', 'rolling7', 'week'], ['cause.for'])
        + hospital_files('admissions-with-covid', ['day', 'rolling7', 'week'], ['cause.with']),
    'fresh_by': '19:00',
    'lag_days': 0,
    'definition': '2020-03-18',
    'figures': ['value', 'ci_low', 'ci_high'],
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with hospital_admissions as (

    {{ count_of(hospital(), indicator, 'hospital_admissions', 'admissions') }}

)

select * from hospital_admissions
