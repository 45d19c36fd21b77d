{% set indicator = {
    'title': {'fr': "Évolution des nouvelles hospitalisations d'une semaine à l'autre", 'en': "Weekly change of new hospital admissions"},
    'unit': {'fr': "%", 'en': "%"},
    'formula': {'fr': "100 × (hospitalisations déclarées de la semaine / de la semaine précédente - 1)", 'en': "100 × (admissions declared in the week / in the week before - 1)"},
    'source': 'sivic',
    'breakdowns': [{'geo': ['FRA', 'REG', 'DEP'], 'period': ['week'], 'sex': ['all'], 'age': ['all']}],
    'open_data': [{'name': 'admissions-weekly-change', 'geo': ['FRA', 'REG', 'DEP'], 'period': ['week'], 'sex': ['all'], 'age': ['all']}],
    'fresh_by': '19:00',
    'lag_days': 0,
    'definition': '2020-03-18',
    'reach': reach_of_weekly_change(),
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with admissions_weekly_change as (

    {{ weekly_change_of(hospital(), indicator, 'admissions_weekly_change', 'admissions_declared') }}

)

select * from admissions_weekly_change
