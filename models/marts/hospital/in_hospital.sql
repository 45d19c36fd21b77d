{% set indicator = {
    'title': {'fr': "Personnes hospitalisées", 'en': "People in hospital"},
    'unit': {'fr': "personnes", 'en': "people"},
    'formula': {'fr': "séjours dont le dernier événement déclaré laisse le patient présent", 'en': "stays of which the last declared event leaves the patient present"},
    'source': 'sivic',
    'breakdowns': hospital_breakdowns(['day', 'week'], ['all', 'unit']),
    'open_data': hospital_files('in-hospital', ['day', 'week'])
        + hospital_files('in-critical-care', ['day', 'week'], ['unit.critical'])
        + hospital_files('in-conventional-care', ['day', 'week'], ['unit.conventional'])
        + hospital_files('in-follow-up-care', ['day', 'week'], ['unit.follow_up'])
        + hospital_files('in-other-units', ['day', 'week'], ['unit.other_units']),
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
