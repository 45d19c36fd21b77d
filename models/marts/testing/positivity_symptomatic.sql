{% set indicator = {
    'title': {'fr': "Taux de positivité des symptomatiques", 'en': 'Positivity of symptomatic people'},
    'unit': {'fr': '%', 'en': '%'},
    'formula': {'fr': "100 × cas symptomatiques / personnes testées symptomatiques", 'en': "100 × symptomatic cases / symptomatic people tested"},
    'source': 'sidep',
    'breakdowns': usual_breakdowns(),
    'open_data': usual_files('positivity-symptomatic'),
    'fresh_by': '19:00',
    'lag_days': 3,
    'definition': '2020-12-08',
    'changes': [{
        'date': '2020-12-08',
        'fr': "Tests antigéniques inclus ; un second positif dans les 60 jours n'est plus compté ; une personne négative plusieurs fois compte chaque fois.",
        'en': 'Antigenic tests included; a second positive within 60 days no longer counts; a person negative several times counts each time.',
    }],
} %}
{{ declare_indicator(indicator) }}

with positivity_symptomatic as (

    {{ share_of(testing(), indicator, 'positivity_symptomatic', 'cases_symptomatic', 'tested_symptomatic') }}

)

select * from positivity_symptomatic
