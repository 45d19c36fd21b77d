{% set indicator = {
    'title': {'fr': "Nombre moyen de personnes hospitalisées", 'en': "Mean number of people in hospital"},
    'unit': {'fr': "personnes", 'en': "people"},
    'formula': {'fr': "somme des présents à la fin de chacun des sept jours / 7", 'en': "sum of the people present at the end of each of the seven days / 7"},
    'source': 'sivic',
    'breakdowns': hospital_breakdowns(['rolling7', 'week']),
    'open_data': hospital_files('in-hospital-mean', ['rolling7', 'week']),
    'fresh_by': '19:00',
    'lag_days': 0,
    'definition': '2020-03-18',
    'figures': ['numerator', 'denominator', 'value'],
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with in_hospital_mean as (

    {{ mean_of(hospital(), indicator, 'in_hospital_mean', 'patient_days') }}

)

select * from in_hospital_mean
