{% set indicator = excess_indicator('mortality_p_score', {
    'title': {'fr': "Excès de décès en pourcentage (P-score)", 'en': "Excess deaths in per cent (P-score)"},
    'unit': {'fr': "% des décès attendus", 'en': "% of expected deaths"},
    'formula': {'fr': "100 × (décès observés - décès attendus) / décès attendus", 'en': "100 × (observed deaths - expected deaths) / expected deaths"},
    'figures': ['numerator', 'denominator', 'value'],
    'decimals': 1,
}) %}
{{ declare_indicator(indicator) }}

with mortality_p_score as (

    {{ excess_of(indicator, 'mortality_p_score', 'observed', 'expected', '100 * (observed - expected) / expected') }}

)

select * from mortality_p_score
