{% set indicator = {
    'title': {'fr': "Taux de décès hospitaliers", 'en': "Rate of deaths in hospital"},
    'unit': {'fr': "pour 100 000 habitants", 'en': "per 100,000 inhabitants"},
    'formula': {'fr': "100 000 × événements / population", 'en': "100,000 × events / population"},
    'source': 'sivic',
    'breakdowns': hospital_breakdowns(['day', 'rolling7', 'week']),
    'open_data': hospital_files('hospital-death-rate', ['day', 'rolling7', 'week']),
    'fresh_by': '19:00',
    'lag_days': 0,
    'definition': '2020-03-18',
    'population': true,
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with cube as (

    select * from {{ ref('int_hospital__cube') }}
    where {{ in_breakdowns(indicator) }}

),

hospital_death_rate as (

    select
        {{ indicator_keys('hospital_death_rate') }},
        deaths::double as numerator,
        population::double as denominator,
        {{ rate_per_100k('deaths', 'population') }} as value,
        {{ rate_per_100k(count_low('deaths'), 'population') }} as ci_low,
        {{ rate_per_100k(count_high('deaths'), 'population') }} as ci_high,
        {{ indicator_status(indicator, 'population_vintage') }}
    from cube

)

select * from hospital_death_rate
