{% set indicator = {
    'title': {'fr': "Décès hospitaliers cumulés", 'en': "Cumulative deaths in hospital"},
    'unit': {'fr': "personnes", 'en': "people"},
    'formula': {'fr': "séjours dont le dernier événement déclaré est un décès", 'en': "stays of which the last declared event is a death"},
    'source': 'sivic',
    'breakdowns': hospital_breakdowns(['cumulative']),
    'open_data': hospital_files('cumulative-hospital-deaths', ['cumulative']),
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

cumulative_hospital_deaths as (

    select
        {{ indicator_keys('cumulative_hospital_deaths') }},
        deaths_to_date::double as numerator,
        null::double as denominator,
        deaths_to_date::double as value,
        null::double as ci_low,
        null::double as ci_high,
        {{ indicator_status(indicator) }}
    from cube
    where {{ in_breakdowns(indicator) }}

)

select * from cumulative_hospital_deaths
