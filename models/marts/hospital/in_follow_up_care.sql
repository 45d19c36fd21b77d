{% set indicator = {
    'title': {'fr': "Personnes en SSR ou USLD", 'en': "People in follow-up or long-term care"},
    'unit': {'fr': "personnes", 'en': "people"},
    'formula': {'fr': "séjours dont le dernier événement déclaré laisse le patient présent, dans ce type de service", 'en': "stays of which the last declared event leaves the patient present, in this kind of unit"},
    'source': 'sivic',
    'breakdowns': hospital_breakdowns(['day', 'week']),
    'open_data': hospital_files('in-follow-up-care', ['day', 'week']),
    'fresh_by': '19:00',
    'lag_days': 0,
    'definition': '2020-03-18',
    'figures': ['value'],
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with in_follow_up_care as (

    {{ stock_of(hospital(), indicator, 'in_follow_up_care', 'follow_up') }}

)

select * from in_follow_up_care
