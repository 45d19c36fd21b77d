{% set indicator = {
    'title': {'fr': "Personnes hospitalisées", 'en': "People in hospital"},
    'unit': {'fr': "personnes", 'en': "people"},
    'formula': {'fr': "séjours dont le dernier événement déclaré laisse le patient présent", 'en': "stays of which the last declared event leaves the patient present"},
    'source': 'sivic',
    'breakdowns': hospital_breakdowns(['day', 'week']),
    'open_data': hospital_files('in-hospital', ['day', 'week']),
    'fresh_by': '19:00',
    'lag_days': 0,
    'definition': '2020-03-18',
    'figures': ['value'],
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with in_hospital as (

    {{ stock_of(hospital(), indicator, 'in_hospital', 'hospitalised') }}

)

select * from in_hospital
