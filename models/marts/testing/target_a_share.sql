{% set indicator = {
    'title': {'fr': "Part de la cible A (E484K) parmi les criblages", 'en': 'Share of target A (E484K) among screenings'},
    'unit': {'fr': '%', 'en': '%'},
    'formula': {'fr': "100 × cas avec la cible A / cas où elle a été recherchée", 'en': "100 × cases with target A / cases where it was looked for"},
    'source': 'sidep',
    'breakdowns': usual_breakdowns(),
    'open_data': usual_files('target-a-share'),
    'fresh_by': '19:00',
    'lag_days': 3,
    'definition': '2020-12-08',
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with cube as (

    select
        *,
        target_a_found::double as numerator,
        (target_a_found + target_a_absent)::double as denominator
    from {{ ref('int_testing__cube') }}
    where {{ in_breakdowns(indicator) }}

),

target_a_share as (

    select
        {{ indicator_keys('target_a_share') }},
        numerator,
        denominator,
        {{ percentage('numerator', 'denominator') }} as value,
        {{ percentage_bound('numerator', 'denominator', '-') }} as ci_low,
        {{ percentage_bound('numerator', 'denominator', '+') }} as ci_high,
        {{ indicator_status(indicator) }}
    from cube

)

select * from target_a_share
