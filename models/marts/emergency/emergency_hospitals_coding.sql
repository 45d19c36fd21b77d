{% set indicator = indicator_of(emergency(), 'emergency_hospitals_coding', {
    'title': {'fr': "Services d'urgences qui codent les diagnostics", 'en': "Emergency departments that code diagnoses"},
    'unit': {'fr': "% des hôpitaux", 'en': "% of hospitals"},
    'formula': {'fr': "100 × hôpitaux avec un passage codé / hôpitaux avec un passage", 'en': "100 × hospitals with a coded visit / hospitals with a visit"},
    'breakdowns': plain_breakdowns(['day', 'rolling7', 'week']),
    'open_data': plain_file('emergency-hospitals-coding', ['day', 'rolling7', 'week']),
    'definition': '2020-02-24',
    'figures': ['numerator', 'denominator', 'value'],
}) %}
{{ declare_indicator(indicator) }}

with emergency_hospitals_coding as (

    select
        {{ indicator_keys('emergency_hospitals_coding') }},
        hospitals_coding::double as numerator,
        hospitals::double as denominator,
        {{ percentage('hospitals_coding', 'hospitals') }} as value,
        null::double as ci_low,
        null::double as ci_high,
        {{ indicator_status(indicator) }}
    from {{ ref('int_emergency__hospitals') }}
    where {{ in_breakdowns(indicator) }}

)

select * from emergency_hospitals_coding
