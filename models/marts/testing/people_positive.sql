{% set indicator = {
    'title': {'fr': "Personnes testées positives", 'en': 'People testing positive'},
    'unit': {'fr': 'personnes', 'en': 'people'},
    'formula': {'fr': "personnes positives (cas), par date de prélèvement", 'en': "people positive (cases), by sampling date"},
    'source': 'sidep',
    'breakdowns': usual_breakdowns(['all', 'case_definition']),
    'open_data': usual_files('people-positive')
        + usual_files('reinfections', ['case_definition.again'])
        + plain_files('people-positive-first-ever', strata=['case_definition.first_ever']),
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

with people_positive as (

    {{ count_of(testing(), indicator, 'people_positive', 'cases') }}

)

select * from people_positive
