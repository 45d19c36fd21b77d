{% set indicator = one_file(indicator_of(infected_staff(), 'infected_professionals_to_date', {
    'title': {'fr': "Professionnels de santé infectés, cumul", 'en': "Infected health professionals to date"},
    'unit': {'fr': "professionnels", 'en': "professionals"},
    'formula': {'fr': "professionnels dont l'infection a été constatée depuis la première semaine déclarée", 'en': "professionals whose infection was found since the first week reported"},
    'definition': '2020-03-01',
    'figures': ['value'],
})) %}
{{ declare_indicator(indicator) }}

with infected_professionals_to_date as (

    {{ stock_of(infected_staff(), indicator, 'infected_professionals_to_date', 'infected_to_date') }}

)

select * from infected_professionals_to_date
