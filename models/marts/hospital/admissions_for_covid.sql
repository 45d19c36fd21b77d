{% set indicator = {
    'title': {'fr': "Hospitalisations pour Covid-19", 'en': "Admissions for Covid-19"},
    'unit': {'fr': "événements", 'en': "events"},
    'formula': {'fr': "événements de la période, par date d'événement", 'en': "events of the period, by date of event"},
    'source': 'sivic',
    'breakdowns': hospital_breakdowns(['day', 'rolling7', 'week']),
    'open_data': hospital_files('admissions-for-covid', ['day', 'rolling7', 'week']),
    'fresh_by': '19:00',
    'lag_days': 0,
    'definition': '2020-03-18',
    'figures': ['value', 'ci_low', 'ci_high'],
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with admissions_for_covid as (

    {{ count_of(hospital(), indicator, 'admissions_for_covid', 'admissions_for') }}

)

select * from admissions_for_covid
