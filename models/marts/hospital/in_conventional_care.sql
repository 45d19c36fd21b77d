{% set indicator = {
    'title': {'fr': "Personnes en hospitalisation conventionnelle", 'en': "People in conventional units"},
    'unit': {'fr': "personnes", 'en': "people"},
    'formula': {'fr': "séjours dont le dernier événement déclaré laisse le patient présent, dans ce type de service", 'en': "stays of which the last declared event leaves the patient present, in this kind of unit"},
    'source': 'sivic',
    'breakdowns': hospital_breakdowns(['day', 'week']),
    'open_data': hospital_files('in-conventional-care', ['day', 'week']),
    'fresh_by': '19:00',
    'lag_days': 0,
    'definition': '2020-03-18',
    'figures': ['value'],
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with in_conventional_care as (

    {{ stock_of(hospital(), indicator, 'in_conventional_care', 'conventional') }}

)

select * from in_conventional_care
