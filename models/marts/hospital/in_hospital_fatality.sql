{% set indicator = {
    'title': {'fr': "Létalité hospitalière", 'en': "In-hospital fatality"},
    'unit': {'fr': "%", 'en': "%"},
    'formula': {'fr': "100 × décès / (décès + retours à domicile), par date de sortie", 'en': "100 × deaths / (deaths + discharges home), by date of exit"},
    'source': 'sivic',
    'breakdowns': hospital_breakdowns(['day', 'rolling7', 'week']),
    'open_data': hospital_files('in-hospital-fatality', ['day', 'rolling7', 'week']),
    'fresh_by': '19:00',
    'lag_days': 0,
    'definition': '2020-03-18',
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with cube as (

    select
        *,
        deaths::double as numerator,
        (discharges + deaths)::double as denominator
    from {{ ref('int_hospital__cube') }}
    where {{ in_breakdowns(indicator) }}

),

in_hospital_fatality as (

    select
        {{ indicator_keys('in_hospital_fatality') }},
        numerator,
        denominator,
        {{ percentage('numerator', 'denominator') }} as value,
        {{ percentage_bound('numerator', 'denominator', '-') }} as ci_low,
        {{ percentage_bound('numerator', 'denominator', '+') }} as ci_high,
        {{ indicator_status(indicator) }}
    from cube

)

select * from in_hospital_fatality
