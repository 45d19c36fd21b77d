{% set indicator = {
    'title': {'fr': "Personnes hospitalisées par date d'événement", 'en': "People in hospital by date of event"},
    'unit': {'fr': "personnes", 'en': "people"},
    'formula': {'fr': "séjours commencés et non terminés à la fin du jour, par date d'événement", 'en': "stays begun and not ended at the end of the day, by date of event"},
    'source': 'sivic',
    'breakdowns': hospital_breakdowns(['day', 'week'], ['all', 'cause']),
    'open_data': hospital_files('in-hospital-by-event-date', ['day', 'week'])
        + hospital_files('in-hospital-for-covid', ['day', 'week'], ['cause.for'])
        + hospital_files('in-hospital-with-covid', ['day', 'week'], ['cause.with']),
    'fresh_by': '19:00',
    'lag_days': 0,
    'definition': '2020-03-18',
    'figures': ['value'],
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with in_hospital_by_event_date as (

    {{ stock_of(hospital(), indicator, 'in_hospital_by_event_date', 'present') }}

)

select * from in_hospital_by_event_date
