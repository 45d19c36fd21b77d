{% set indicator = excess_indicator('mortality_excess_class', {
    'title': {'fr': "Niveau d'excès de mortalité", 'en': "Class of excess mortality"},
    'unit': {'fr': "classe", 'en': "class"},
    'formula': {'fr': "0 sous 2 écarts types, 1 de 2 à 5, 2 de 5 à 7, 3 de 7 à 12, 4 à partir de 12", 'en': "0 below 2 standard deviations, 1 from 2 to 5, 2 from 5 to 7, 3 from 7 to 12, 4 from 12 on"},
    'figures': ['value'],
    'decimals': 0,
}) %}
{{ declare_indicator(indicator) }}

with mortality_excess_class as (

    {{ excess_of(indicator, 'mortality_excess_class', 'null', 'null', 'excess_class') }}

)

select * from mortality_excess_class
