{% set indicator = {
    'title': {'fr': "Part de tests antigéniques", 'en': 'Share of antigenic tests'},
    'unit': {'fr': '%', 'en': '%'},
    'formula': {'fr': "100 × tests antigéniques / tests RT-PCR et antigéniques", 'en': "100 × antigenic tests / RT-PCR and antigenic tests"},
    'source': 'sidep',
    'breakdowns': usual_breakdowns(),
    'open_data': usual_files('antigenic-share'),
    'fresh_by': '19:00',
    'lag_days': 3,
    'definition': '2020-12-08',
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with cube as (

    select
        *,
        antigenic_tests::double as numerator,
        (tests)::double as denominator
    from {{ ref('int_testing__cube') }}
    where {{ in_breakdowns(indicator) }}

),

antigenic_share as (

    select
        {{ indicator_keys('antigenic_share') }},
        numerator,
        denominator,
        {{ percentage('numerator', 'denominator') }} as value,
        {{ percentage_bound('numerator', 'denominator', '-') }} as ci_low,
        {{ percentage_bound('numerator', 'denominator', '+') }} as ci_high,
        {{ indicator_status(indicator) }}
    from cube

)

select * from antigenic_share
