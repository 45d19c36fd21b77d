{% set indicator = {
    'title': {'fr': "Nombre moyen de personnes en soins critiques", 'en': "Mean number of people in critical care"},
    'unit': {'fr': "personnes", 'en': "people"},
    'formula': {'fr': "somme des présents à la fin de chacun des sept jours / 7", 'en': "sum of the people present at the end of each of the seven days / 7"},
    'source': 'sivic',
    'breakdowns': hospital_breakdowns(['rolling7', 'week']),
    'open_data': hospital_files('in-critical-care-mean', ['rolling7', 'week']),
    'fresh_by': '19:00',
    'lag_days': 0,
    'definition': '2020-03-18',
    'figures': ['numerator', 'denominator', 'value'],
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with in_critical_care_mean as (

    {{ mean_of(hospital(), indicator, 'in_critical_care_mean', 'critical_patient_days') }}

)

select * from in_critical_care_mean
