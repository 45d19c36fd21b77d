{% set indicator = {
    'title': {'fr': "Part de symptomatiques parmi les positifs", 'en': 'Share of symptomatic among positives'},
    'unit': {'fr': '%', 'en': '%'},
    'formula': {'fr': "100 × cas symptomatiques / cas dont les symptômes sont renseignés", 'en': "100 × symptomatic cases / cases with known symptoms"},
    'source': 'sidep',
    'breakdowns': usual_breakdowns(),
    'open_data': usual_files('symptomatic-share'),
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

with symptomatic_share as (

    {{ share_of(
        testing(), indicator, 'symptomatic_share', 'cases_symptomatic', 'cases_symptomatic + cases_asymptomatic'
    ) }}

)

select * from symptomatic_share
