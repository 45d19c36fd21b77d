{% set indicator = {
    'title': {'fr': "Nombre de reproduction effectif d'après les hospitalisations", 'en': "Effective reproduction number from hospital admissions"},
    'unit': {'fr': "cas secondaires par cas", 'en': "secondary cases per case"},
    'formula': {'fr': "méthode de Cori sur 7 jours, intervalle sériel de 7 jours en moyenne (écart-type 5,2)", 'en': "method of Cori over 7 days, serial interval of 7 days on average (standard deviation 5.2)"},
    'source': 'sivic',
    'breakdowns': [{'geo': ['FRA', 'REG'], 'period': ['rolling7'], 'sex': ['all'], 'age': ['all']}],
    'open_data': [{'name': 'effective-reproduction-admissions', 'geo': ['FRA', 'REG'], 'period': ['rolling7'], 'sex': ['all'], 'age': ['all']}],
    'fresh_by': '19:00',
    'lag_days': 3,
    'definition': '2020-03-18',
    'reach': reach_of_reproduction(),
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with effective_reproduction_admissions as (

    {{ reproduction_of(hospital(), indicator, 'effective_reproduction_admissions', 'admissions') }}

)

select * from effective_reproduction_admissions
