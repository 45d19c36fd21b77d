{% set indicator = {
    'title': {'fr': "Évolution du taux d'incidence d'une semaine à l'autre", 'en': "Weekly change of the incidence rate"},
    'unit': {'fr': "%", 'en': "%"},
    'formula': {'fr': "100 × (taux de la semaine / taux de la semaine précédente - 1)", 'en': "100 × (rate of the week / rate of the week before - 1)"},
    'source': 'sidep',
    'breakdowns': [{'geo': ['FRA', 'REG', 'DEP'], 'period': ['week'], 'sex': ['all'], 'age': ['all', 'age10']}],
    'open_data': [{'name': 'incidence-weekly-change', 'geo': ['FRA', 'REG', 'DEP'], 'period': ['week'], 'sex': ['all'], 'age': ['all', 'age10']}],
    'fresh_by': '19:00',
    'lag_days': 3,
    'definition': '2020-12-08',
    'reach': reach_of_weekly_change(),
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with incidence_weekly_change as (

    {{ weekly_change_of(
        testing(), indicator, 'incidence_weekly_change', 'cases', compared=rate_per_100k('cases', 'population')
    ) }}

)

select * from incidence_weekly_change
