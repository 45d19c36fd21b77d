{% set indicator = {
    'title': {'fr': "Part de cas criblés", 'en': 'Share of cases screened'},
    'unit': {'fr': '%', 'en': '%'},
    'formula': {'fr': "100 × cas criblés / cas", 'en': "100 × cases screened / cases"},
    'source': 'sidep',
    'breakdowns': usual_breakdowns(),
    'open_data': usual_files('screened-share'),
    'fresh_by': '19:00',
    'lag_days': 3,
    'definition': '2020-12-08',
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with cube as (

    select
        *,
        screened::double as numerator,
        (cases)::double as denominator
    from {{ ref('int_testing__cube') }}
    where {{ in_breakdowns(indicator) }}

),

screened_share as (

    select
        {{ indicator_keys('screened_share') }},
        numerator,
        denominator,
        {{ percentage('numerator', 'denominator') }} as value,
        {{ percentage_bound('numerator', 'denominator', '-') }} as ci_low,
        {{ percentage_bound('numerator', 'denominator', '+') }} as ci_high,
        {{ indicator_status(indicator) }}
    from cube

)

select * from screened_share
