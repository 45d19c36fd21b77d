{% set indicator = {
    'title': {'fr': "Taux de positivité", 'en': 'Positivity rate'},
    'unit': {'fr': '%', 'en': '%'},
    'formula': {'fr': "100 × personnes positives / personnes testées", 'en': "100 × people positive / people tested"},
    'source': 'sidep',
    'breakdowns': usual_breakdowns(['all', 'symptoms', 'case_definition']) + local_breakdowns(),
    'open_data': usual_files('positivity-rate')
        + usual_files('positivity-symptomatic', ['symptoms.symptomatic'])
        + usual_files('positivity-asymptomatic', ['symptoms.asymptomatic'])
        + plain_files('positivity-rate-first-ever', strata=['case_definition.first_ever']),
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

with cubes as (

    select * {{ cube_of_indicator(testing(), indicator, ['cases', 'tested']) }}
    union all by name
    select * from ({{ total_of(ref('int_testing__local_cube')) }}) as local_cube
    where {{ in_breakdowns(indicator) }}

),

fractions as (

    select
        *,
        case when status <> 'suppressed' then cases::double end as numerator,
        case when status <> 'suppressed' then tested::double end as denominator
    from cubes

),

positivity_rate as (

    select
        {{ indicator_keys('positivity_rate', by_stratum=true) }},
        numerator,
        denominator,
        {{ percentage('numerator', 'denominator') }} as value,
        {{ percentage_bound('numerator', 'denominator', '-') }} as ci_low,
        {{ percentage_bound('numerator', 'denominator', '+') }} as ci_high,
        {{ indicator_status(indicator) }}
    from fractions

)

select * from positivity_rate
