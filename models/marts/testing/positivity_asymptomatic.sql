{% set indicator = {
    'title': {'fr': "Taux de positivité des asymptomatiques", 'en': 'Positivity of asymptomatic people'},
    'unit': {'fr': '%', 'en': '%'},
    'formula': {'fr': "100 × cas asymptomatiques / personnes testées asymptomatiques", 'en': "100 × asymptomatic cases / asymptomatic people tested"},
    'source': 'sidep',
    'breakdowns': usual_breakdowns(),
    'open_data': usual_files('positivity-asymptomatic'),
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
        cases_asymptomatic::double as numerator,
        (tested_asymptomatic)::double as denominator
    from {{ ref('int_testing__cube') }}
    where {{ in_breakdowns(indicator) }}

),

positivity_asymptomatic as (

    select
        {{ indicator_keys('positivity_asymptomatic') }},
        numerator,
        denominator,
        {{ percentage('numerator', 'denominator') }} as value,
        {{ percentage_bound('numerator', 'denominator', '-') }} as ci_low,
        {{ percentage_bound('numerator', 'denominator', '+') }} as ci_high,
        {{ indicator_status(indicator) }}
    from cube

)

select * from positivity_asymptomatic
