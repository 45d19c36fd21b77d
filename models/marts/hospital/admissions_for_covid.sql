{% set indicator = {
    'title': {'fr': "Hospitalisations pour Covid-19", 'en': "Admissions for Covid-19"},
    'unit': {'fr': "événements", 'en': "events"},
    'formula': {'fr': "événements de la période, par date d'événement", 'en': "events of the period, by date of event"},
    'source': 'sivic',
    'breakdowns': hospital_breakdowns(['day', 'rolling7', 'week']),
    'open_data': hospital_files('admissions-for-covid', ['day', 'rolling7', 'week']),
    'fresh_by': '19:00',
    'lag_days': 0,
    'definition': '2020-03-18',
    'figures': ['value', 'ci_low', 'ci_high'],
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with cube as (

    select * from {{ ref('int_hospital__cube') }}
    where {{ in_breakdowns(indicator) }}

),

admissions_for_covid as (

    select
        {{ indicator_keys('admissions_for_covid') }},
        admissions_for::double as numerator,
        null::double as denominator,
        admissions_for::double as value,
        {{ count_low('admissions_for') }} as ci_low,
        {{ count_high('admissions_for') }} as ci_high,
        {{ indicator_status(indicator) }}
    from cube

)

select * from admissions_for_covid
