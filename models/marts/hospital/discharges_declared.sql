{% set indicator = {
    'title': {'fr': "Nouveaux retours à domicile déclarés", 'en': "New discharges home declared"},
    'unit': {'fr': "événements", 'en': "events"},
    'formula': {'fr': "événements déclarés pendant la période", 'en': "events declared in the period"},
    'source': 'sivic',
    'breakdowns': hospital_breakdowns(['day', 'rolling7', 'week']),
    'open_data': hospital_files('discharges-declared', ['day', 'rolling7', 'week']),
    'fresh_by': '19:00',
    'lag_days': 0,
    'definition': '2020-03-19',
    'figures': ['value', 'ci_low', 'ci_high'],
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with cube as (

    select * from {{ ref('int_hospital__cube') }}
    where {{ in_breakdowns(indicator) }}

),

discharges_declared as (

    select
        {{ indicator_keys('discharges_declared') }},
        discharges_declared::double as numerator,
        null::double as denominator,
        discharges_declared::double as value,
        {{ count_low('discharges_declared') }} as ci_low,
        {{ count_high('discharges_declared') }} as ci_high,
        {{ indicator_status(indicator) }}
    from cube

)

select * from discharges_declared
