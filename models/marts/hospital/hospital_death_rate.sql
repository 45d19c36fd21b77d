{% set indicator = {
    'title': {'fr': "Taux de décès hospitaliers", 'en': "Rate of deaths in hospital"},
    'unit': {'fr': "pour 100 000 habitants", 'en': "per 100,000 inhabitants"},
    'formula': {'fr': "100 000 × événements / population", 'en': "100,000 × events / population"},
    'source': 'sivic',
    'breakdowns': hospital_breakdowns(['day', 'rolling7', 'week']),
    'open_data': hospital_files('hospital-death-rate', ['day', 'rolling7', 'week']),
    'fresh_by': '19:00',
    'lag_days': 0,
    'definition': '2020-03-18',
    'population': true,
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with hospital_death_rate as (

    {{ rate_of(hospital(), indicator, 'hospital_death_rate', 'deaths') }}

)

select * from hospital_death_rate
