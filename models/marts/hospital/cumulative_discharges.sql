{% set indicator = {
    'title': {'fr': "Retours à domicile cumulés", 'en': "Cumulative discharges home"},
    'unit': {'fr': "personnes", 'en': "people"},
    'formula': {'fr': "séjours dont le dernier événement déclaré est un retour à domicile", 'en': "stays of which the last declared event is a discharge home"},
    'source': 'sivic',
    'breakdowns': hospital_breakdowns(['cumulative']),
    'open_data': hospital_files('cumulative-discharges', ['cumulative']),
    'fresh_by': '19:00',
    'lag_days': 0,
    'definition': '2020-03-18',
    'figures': ['value'],
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with cube as (

    select
        figures.* exclude (period, period_start),
        'cumulative' as period,
        calendar.first_day as period_start
    from {{ ref('int_hospital__cube') }} as figures
    cross join {{ ref('int_hospital__calendar') }} as calendar
    where figures.period = 'day'

),

cumulative_discharges as (

    select
        {{ indicator_keys('cumulative_discharges') }},
        discharges_to_date::double as numerator,
        null::double as denominator,
        discharges_to_date::double as value,
        null::double as ci_low,
        null::double as ci_high,
        {{ indicator_status(indicator) }}
    from cube
    where {{ in_breakdowns(indicator) }}

)

select * from cumulative_discharges
