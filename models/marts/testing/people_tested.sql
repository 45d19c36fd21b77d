{% set indicator = {
    'title': {'fr': "Personnes testées", 'en': 'People tested'},
    'unit': {'fr': 'personnes', 'en': 'people'},
    'formula': {'fr': "personnes testées, par date de prélèvement", 'en': "people tested, by sampling date"},
    'source': 'sidep',
    'breakdowns': usual_breakdowns(['all', 'case_definition']),
    'open_data': usual_files('people-tested')
        + plain_files('people-tested-first-ever', strata=['case_definition.first_ever']),
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

with people_tested as (

    {{ count_of(testing(), indicator, 'people_tested', 'tested') }}

)

select * from people_tested
