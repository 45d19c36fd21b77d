{% set indicator = with_strata(indicator_of(vaccination(), 'complete_schemes', {
    'title': {'fr': "Personnes ayant achevé un schéma vaccinal complet", 'en': "People who completed the primary scheme"},
    'unit': {'fr': "personnes", 'en': "people"},
    'formula': {'fr': "personnes dont la première injection déclarée comme achevant le schéma est du jour", 'en': "people whose first injection entered as completing the scheme is of the day"},
    'definition': '2021-12-08',
    'changes': residence_since(),
    'figures': ['value', 'ci_low', 'ci_high'],
}), ['vaccine', 'target_group'], ['day']) %}
{{ declare_indicator(indicator) }}

with complete_schemes as (

    {{ count_of(vaccination(), indicator, 'complete_schemes', 'complete') }}

)

select * from complete_schemes
