{% set indicator = with_strata(indicator_of(vaccination(), 'cumulative_complete_schemes', {
    'title': {'fr': "Personnes ayant achevé un schéma vaccinal complet, cumul", 'en': "People who completed the primary scheme, to date"},
    'unit': {'fr': "personnes", 'en': "people"},
    'formula': {'fr': "personnes dont une injection déclarée comme achevant le schéma est du jour ou d'avant", 'en': "people with an injection entered as completing the scheme on the day or before"},
    'definition': '2021-12-08',
    'changes': residence_since(),
    'period': ['cumulative'],
    'figures': ['value'],
}), ['vaccine', 'target_group'], ['cumulative']) %}
{{ declare_indicator(indicator) }}

with cumulative_complete_schemes as (

    {{ cumulative_of(vaccination(), indicator, 'cumulative_complete_schemes', 'complete_to_date') }}

)

select * from cumulative_complete_schemes
