{% set indicator = one_file(indicator_of(infected_staff(), 'infected_professionals', {
    'title': {'fr': "Professionnels de santé infectés", 'en': "Infected health professionals"},
    'unit': {'fr': "professionnels", 'en': "professionals"},
    'formula': {'fr': "professionnels dont l'infection a été constatée dans la semaine", 'en': "professionals whose infection was found in the week"},
    'definition': '2020-03-01',
    'figures': ['value'],
})) %}
{{ declare_indicator(indicator) }}

with infected_professionals as (

    {{ stock_of(infected_staff(), indicator, 'infected_professionals', 'infected') }}

)

select * from infected_professionals
