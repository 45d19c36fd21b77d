{% set indicator = {
    'title': {'fr': "Hôpitaux ayant déclaré au moins un cas", 'en': "Hospitals that declared at least one case"},
    'unit': {'fr': "hôpitaux", 'en': "hospitals"},
    'formula': {'fr': "hôpitaux (FINESS) ayant déclaré au moins un séjour depuis le début", 'en': "hospitals (FINESS) that declared at least one stay since the beginning"},
    'source': 'sivic',
    'breakdowns': plain_breakdowns(['cumulative']),
    'open_data': plain_file('hospitals-reporting', ['cumulative']),
    'fresh_by': '19:00',
    'lag_days': 0,
    'definition': '2020-03-18',
    'figures': ['value'],
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with hospitals as (

    select
        *,
        'cumulative' as period,
        'all' as sex,
        'all' as age_scheme,
        'all' as age_class
    from {{ ref('int_hospital__hospitals') }}

),

hospitals_reporting as (

    select
        {{ indicator_keys('hospitals_reporting') }},
        hospitals::double as numerator,
        null::double as denominator,
        hospitals::double as value,
        null::double as ci_low,
        null::double as ci_high,
        {{ indicator_status(indicator) }}
    from hospitals

)

select * from hospitals_reporting
