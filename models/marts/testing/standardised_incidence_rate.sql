{% set indicator = {
    'title': {'fr': "Taux d'incidence standardisé sur l'âge", 'en': 'Age-standardised incidence rate'},
    'unit': {'fr': 'pour 100 000 habitants', 'en': 'per 100,000 inhabitants'},
    'formula': {'fr': "somme, sur les classes d'âge de dix ans, du taux d'incidence de la classe × part de la classe dans la population nationale", 'en': "sum over ten-year age classes of the incidence rate of the class × share of the class in the national population"},
    'source': 'sidep',
    'breakdowns': [{'geo': ['FRA', 'REG', 'DEP'], 'period': ['day', 'rolling7', 'week'], 'sex': ['all'], 'age': ['all']}],
    'open_data': plain_files('standardised-incidence-rate'),
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

-- Not computed whole for who asks for some days.
with cube as not materialized (

    select * from {{ ref('int_testing__cube') }}
    where sex = 'all' and age_scheme = 'age10' and age_class <> 'unknown' and geo_code <> 'unknown'

),

weights as (

    select
        period,
        period_end,
        age_class,
        population / {{ exact_sum('population', 6) }} over (partition by period, period_end) as weight
    from cube
    where geo_level = 'FRA'

),

standardised as (

    select
        cube.geo_level,
        cube.geo_code,
        cube.period,
        cube.period_start,
        cube.period_end,
        'all' as sex,
        'all' as age_scheme,
        'all' as age_class,
        cube.status,
        min(cube.population_vintage) as vintage,
        sum(cube.cases)::double as numerator,
        {{ exact_sum('cube.population', 6) }}::double as denominator,
        {{ exact_sum('weights.weight * ' ~ rate_per_100k('cube.cases', 'cube.population')) }}::double as value,
        sqrt({{ exact_sum('power(1e5 * weights.weight / cube.population, 2) * cube.cases') }}::double) as standard_error
    from cube
    inner join weights using (period, period_end, age_class)
    group by
        cube.geo_level, cube.geo_code, cube.period, cube.period_start, cube.period_end, cube.status

),

standardised_incidence_rate as (

    select
        {{ indicator_keys('standardised_incidence_rate') }},
        numerator,
        denominator,
        value,
        greatest(0.0, value - 1.959964 * standard_error) as ci_low,
        value + 1.959964 * standard_error as ci_high,
        {{ indicator_status(indicator, 'vintage') }}
    from standardised

)

select * from standardised_incidence_rate
