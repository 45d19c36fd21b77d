{% set indicator = {
    'title': {'fr': "Cas possibles de réinfection", 'en': 'Possible reinfections'},
    'unit': {'fr': 'personnes', 'en': 'people'},
    'formula': {'fr': "cas ayant eu un résultat positif plus de 60 jours auparavant", 'en': "cases with a positive result more than 60 days before"},
    'source': 'sidep',
    'breakdowns': usual_breakdowns(),
    'open_data': usual_files('reinfections'),
    'fresh_by': '19:00',
    'lag_days': 3,
    'definition': '2020-12-08',
    'figures': ['value', 'ci_low', 'ci_high'],
    'changes': [{
        'date': '2020-12-08',
        'fr': "Tests antigéniques inclus ; un second positif dans les 60 jours n'est plus compté ; une personne négative plusieurs fois compte chaque fois.",
        'en': 'Antigenic tests included; a second positive within 60 days no longer counts; a person negative several times counts each time.',
    }],
} %}
{{ declare_indicator(indicator) }}

with reinfections as (

    {{ count_of(testing(), indicator, 'reinfections', 'reinfections') }}

)

select * from reinfections
