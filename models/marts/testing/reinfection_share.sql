{% set indicator = {
    'title': {'fr': "Part de réinfections possibles parmi les cas", 'en': 'Share of possible reinfections among cases'},
    'unit': {'fr': '%', 'en': '%'},
    'formula': {'fr': "100 × réinfections possibles / cas", 'en': "100 × possible reinfections / cases"},
    'source': 'sidep',
    'breakdowns': usual_breakdowns(),
    'open_data': usual_files('reinfection-share'),
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

with reinfection_share as (

    {{ share_of(testing(), indicator, 'reinfection_share', 'reinfections', 'cases') }}

)

select * from reinfection_share
