{% set indicator = {
    'title': {'fr': "Admissions en soins critiques par date d'entrée", 'en': "Critical-care admissions by date of entry"},
    'unit': {'fr': "événements", 'en': "events"},
    'formula': {'fr': "événements de la période, par date d'événement", 'en': "events of the period, by date of event"},
    'source': 'sivic',
    'breakdowns': hospital_breakdowns(['day', 'rolling7', 'week']),
    'open_data': hospital_files('critical-care-admissions', ['day', 'rolling7', 'week']),
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

critical_care_admissions as (

    select
        {{ indicator_keys('critical_care_admissions') }},
        critical_admissions::double as numerator,
        null::double as denominator,
        critical_admissions::double as value,
        {{ count_low('critical_admissions') }} as ci_low,
        {{ count_high('critical_admissions') }} as ci_high,
        {{ indicator_status(indicator) }}
    from cube

)

select * from critical_care_admissions
