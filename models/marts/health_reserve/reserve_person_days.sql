{% set indicator = one_file(indicator_of(health_reserve(), 'reserve_person_days', {
    'title': {'fr': "Jours-réservistes", 'en': "Person-days of the health reserve"},
    'unit': {'fr': "jours-réservistes", 'en': "person-days"},
    'formula': {'fr': "somme sur la semaine des réservistes en mission chaque jour", 'en': "sum over the week of the reservists in mission on each day"},
    'period': ['week'],
    'definition': '2020-01-01',
    'figures': ['value'],
})) %}
{{ declare_indicator(indicator) }}

with reserve_person_days as (

    {{ stock_of(health_reserve(), indicator, 'reserve_person_days', 'reservists') }}

)

select * from reserve_person_days
