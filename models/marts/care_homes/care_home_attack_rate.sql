{% set indicator = indicator_of(care_homes(), 'care_home_attack_rate', {
    'title': {'fr': "Taux d'attaque parmi les résidents en établissement médico-social", 'en': "Attack rate among care home residents"},
    'unit': {'fr': "% des résidents", 'en': "% of residents"},
    'formula': {
        'fr': "100 × cas confirmés de résidents / résidents présents, des épisodes clos dans la période",
        'en': "100 × confirmed cases among residents / residents present, of the episodes closed in the period",
    },
    'breakdowns': [
        {'geo': ['FRA', 'REG'], 'period': ['day', 'week'], 'sex': ['all'], 'age': ['all'], 'strata': ['all', 'establishment_kind']},
    ],
    'open_data': [
        {'name': 'care-home-attack-rate', 'geo': ['FRA', 'REG'], 'period': ['day', 'week'], 'sex': ['all'], 'age': ['all']},
        {
            'name': 'care-home-attack-rate-by-establishment-kind', 'geo': ['FRA', 'REG'], 'period': ['day', 'week'],
            'sex': ['all'], 'age': ['all'], 'strata': ['establishment_kind'],
        },
    ],
    'definition': '2020-03-01',
}) %}
{{ declare_indicator(indicator) }}

with care_home_attack_rate as (

    {{ share_of(care_homes(), indicator, 'care_home_attack_rate', 'attack_cases', 'attack_residents') }}

)

select * from care_home_attack_rate
