{% set indicator = with_strata(indicator_of(care_homes(), 'cumulative_care_home_residents_possible', {
    'title': {'fr': "Cas possibles cumulés de résidents en établissement médico-social", 'en': "Cumulative possible cases among care home residents"},
    'unit': {'fr': "personnes", 'en': "people"},
    'formula': {
        'fr': "somme, sur les épisodes, du dernier nombre déclaré",
        'en': "sum over the episodes of the last count declared",
    },
    'period': ['cumulative'],
    'definition': '2020-03-01',
    'figures': ['value'],
}), ['establishment_kind'], ['cumulative']) %}
{{ declare_indicator(indicator) }}

with cumulative_care_home_residents_possible as (

    {{ cumulative_of(
        care_homes(), indicator, 'cumulative_care_home_residents_possible', 'residents_possible_to_date'
    ) }}

)

select * from cumulative_care_home_residents_possible
