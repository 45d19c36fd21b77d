{% set indicator = {
    'title': {'fr': "Décès hospitaliers par date de décès", 'en': "Deaths in hospital by date of death"},
    'unit': {'fr': "événements", 'en': "events"},
    'formula': {'fr': "événements de la période, par date d'événement", 'en': "events of the period, by date of event"},
    'source': 'sivic',
    'breakdowns': hospital_breakdowns(['day', 'rolling7', 'week']),
    'open_data': hospital_files('hospital-deaths', ['day', 'rolling7', 'week']),
    'fresh_by': '19:00',
    'lag_days': 0,
    'definition': '2020-03-18',
    'figures': ['value', 'ci_low', 'ci_high'],
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with hospital_deaths as (

    {{ count_of(hospital(), indicator, 'hospital_deaths', 'deaths') }}

)

select * from hospital_deaths
