{% set indicator = {
    'title': {'fr': "Sérologies positives", 'en': 'Positive serologies'},
    'unit': {'fr': 'résultats', 'en': 'results'},
    'formula': {'fr': "résultats sérologiques positifs, par date de prélèvement", 'en': "positive serology results, by sampling date"},
    'source': 'sidep',
    'breakdowns': usual_breakdowns(),
    'open_data': usual_files('positive-serologies'),
    'fresh_by': '19:00',
    'lag_days': 3,
    'definition': '2020-12-08',
    'figures': ['value', 'ci_low', 'ci_high'],
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with cube as (

    select * from {{ ref('int_testing__cube') }}
    where {{ in_breakdowns(indicator) }}

),

positive_serologies as (

    select
        {{ indicator_keys('positive_serologies') }},
        positive_serologies::double as numerator,
        null::double as denominator,
        positive_serologies::double as value,
        {{ count_low('positive_serologies') }} as ci_low,
        {{ count_high('positive_serologies') }} as ci_high,
        {{ indicator_status(indicator) }}
    from cube

)

select * from positive_serologies
