{% set indicator = {
    'title': {'fr': "Décès hospitaliers cumulés", 'en': "Cumulative deaths in hospital"},
    'unit': {'fr': "personnes", 'en': "people"},
    'formula': {'fr': "séjours dont le dernier événement déclaré est un décès", 'en': "stays of which the last declared event is a death"},
    'source': 'sivic',
    'breakdowns': hospital_breakdowns(['cumulative']),
    'open_data': hospital_files('cumulative-hospital-deaths', ['cumulative']),
    'fresh_by': '19:00',
    'lag_days': 0,
    'definition': '2020-03-18',
    'figures': ['value'],
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with cumulative_hospital_deaths as (

    {{ cumulative_of(hospital(), indicator, 'cumulative_hospital_deaths', 'deaths_to_date') }}

)

select * from cumulative_hospital_deaths
