{% set indicator = excess_indicator('excess_deaths', {
    'title': {'fr': "Excès de décès", 'en': "Excess deaths"},
    'unit': {'fr': "décès", 'en': "deaths"},
    'formula': {'fr': "décès observés - décès attendus, dans les communes du panel", 'en': "observed deaths - expected deaths, in the communes of the panel"},
    'figures': ['numerator', 'denominator', 'value'],
    'decimals': 1,
}) %}
{{ declare_indicator(indicator) }}

with excess_deaths as (

    {{ excess_of(indicator, 'excess_deaths', 'observed', 'expected', 'observed - expected') }}

)

select * from excess_deaths
