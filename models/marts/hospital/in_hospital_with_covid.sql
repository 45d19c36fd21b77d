{% set indicator = {
    'title': {'fr': "Personnes hospitalisées avec Covid-19 pour un autre motif", 'en': "People in hospital with Covid-19 for another reason"},
    'unit': {'fr': "personnes", 'en': "people"},
    'formula': {'fr': "séjours commencés et non terminés à la fin du jour, par date d'événement", 'en': "stays begun and not ended at the end of the day, by date of event"},
    'source': 'sivic',
    'breakdowns': hospital_breakdowns(['day', 'week']),
    'open_data': hospital_files('in-hospital-with-covid', ['day', 'week']),
    'fresh_by': '19:00',
    'lag_days': 0,
    'definition': '2020-03-18',
    'figures': ['value'],
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with in_hospital_with_covid as (

    {{ stock_of(hospital(), indicator, 'in_hospital_with_covid', 'present_with') }}

)

select * from in_hospital_with_covid
