{% set indicator = {
    'title': {'fr': "Taux d'incidence", 'en': 'Incidence rate'},
    'unit': {'fr': 'pour 100 000 habitants', 'en': 'per 100,000 inhabitants'},
    'formula': {'fr': "100 000 × personnes positives / population", 'en': "100,000 × people positive / population"},
    'source': 'sidep',
    'breakdowns': usual_breakdowns(['all', 'case_definition']) + local_breakdowns(),
    'open_data': usual_files('incidence-rate')
        + plain_files('incidence-rate-first-ever', strata=['case_definition.first_ever']),
    'fresh_by': '19:00',
    'lag_days': 3,
    'definition': '2020-12-08',
    'population': true,
    'changes': [{
        'date': '2020-12-08',
        'fr': "Tests antigéniques inclus ; un second positif dans les 60 jours n'est plus compté ; une personne négative plusieurs fois compte chaque fois.",
        'en': 'Antigenic tests included; a second positive within 60 days no longer counts; a person negative several times counts each time.',
    }],
} %}
{{ declare_indicator(indicator) }}

with cubes as (

    select * {{ cube_of_indicator(testing(), indicator, ['cases']) }}
    union all by name
    select * from ({{ total_of(ref('int_testing__local_cube')) }}) as local_cube
    where {{ in_breakdowns(indicator) }}

),

fractions as (

    select
        *,
        case when status <> 'suppressed' then cases::double end as numerator,
        case when status <> 'suppressed' then population::double end as denominator
    from cubes

),

incidence_rate as (

    select
        {{ indicator_keys('incidence_rate', by_stratum=true) }},
        numerator,
        denominator,
        {{ rate_per_100k('numerator', 'denominator') }} as value,
        {{ rate_per_100k(count_low('numerator'), 'denominator') }} as ci_low,
        {{ rate_per_100k(count_high('numerator'), 'denominator') }} as ci_high,
        {{ indicator_status(indicator, 'population_vintage') }}
    from fractions

)

select * from incidence_rate
