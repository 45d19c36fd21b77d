{% set indicator = excess_indicator('mortality_z_score', {
    'title': {'fr': "Z-score de la mortalité toutes causes", 'en': "Z-score of mortality, all causes"},
    'unit': {'fr': "écarts types", 'en': "standard deviations"},
    'formula': {'fr': "(décès observés - décès attendus) / écart type de l'attendu", 'en': "(observed deaths - expected deaths) / standard deviation of what is expected"},
    'figures': ['numerator', 'denominator', 'value'],
    'decimals': 2,
}) %}
{{ declare_indicator(indicator) }}

with mortality_z_score as (

    {{ excess_of(indicator, 'mortality_z_score', 'observed', 'expected', 'z_score') }}

)

select * from mortality_z_score
