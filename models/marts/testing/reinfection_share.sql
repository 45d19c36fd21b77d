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

with cube as (

    select
        *,
        reinfections::double as numerator,
        (cases)::double as denominator
    from {{ ref('int_testing__cube') }}
    where {{ in_breakdowns(indicator) }}

),

reinfection_share as (

    select
        {{ indicator_keys('reinfection_share') }},
        numerator,
        denominator,
        {{ percentage('numerator', 'denominator') }} as value,
        {{ percentage_bound('numerator', 'denominator', '-') }} as ci_low,
        {{ percentage_bound('numerator', 'denominator', '+') }} as ci_high,
        {{ indicator_status(indicator) }}
    from cube

)

select * from reinfection_share
