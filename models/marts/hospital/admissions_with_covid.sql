{% set indicator = {
    'title': {'fr': "Hospitalisations avec Covid-19 pour un autre motif", 'en': "Admissions with Covid-19 for another reason"},
    'unit': {'fr': "événements", 'en': "events"},
    'formula': {'fr': "événements de la période, par date d'événement", 'en': "events of the period, by date of event"},
    'source': 'sivic',
    'breakdowns': hospital_breakdowns(['day', 'rolling7', 'week']),
    'open_data': hospital_files('admissions-with-covid', ['day', 'rolling7', 'week']),
    'fresh_by': '19:00',
    'lag_days': 0,
    'definition': '2020-03-18',
    'figures': ['value', 'ci_low', 'ci_high'],
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with admissions_with_covid as (

    {{ count_of(hospital(), indicator, 'admissions_with_covid', 'admissions_with') }}

)

select * from admissions_with_covid
