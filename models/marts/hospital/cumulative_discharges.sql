{% set indicator = {
    'title': {'fr': "Retours à domicile cumulés", 'en': "Cumulative discharges home"},
    'unit': {'fr': "personnes", 'en': "people"},
    'formula': {'fr': "séjours dont le dernier événement déclaré est un retour à domicile", 'en': "stays of which the last declared event is a discharge home"},
    'source': 'sivic',
    'breakdowns': hospital_breakdowns(['cumulative']),
    'open_data': hospital_files('cumulative-discharges', ['cumulative']),
    'fresh_by': '19:00',
    'lag_days': 0,
    'definition': '2020-03-18',
    'figures': ['value'],
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with cumulative_discharges as (

    {{ cumulative_of(hospital(), indicator, 'cumulative_discharges', 'discharges_to_date') }}

)

select * from cumulative_discharges
