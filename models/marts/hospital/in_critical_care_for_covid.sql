{% set indicator = {
    'title': {'fr': "Personnes en soins critiques pour Covid-19", 'en': "People in critical care for Covid-19"},
    'unit': {'fr': "personnes", 'en': "people"},
    'formula': {'fr': "séjours commencés et non terminés à la fin du jour, par date d'événement", 'en': "stays begun and not ended at the end of the day, by date of event"},
    'source': 'sivic',
    'breakdowns': hospital_breakdowns(['day', 'week']),
    'open_data': hospital_files('in-critical-care-for-covid', ['day', 'week']),
    'fresh_by': '19:00',
    'lag_days': 0,
    'definition': '2020-03-18',
    'figures': ['value'],
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with cube as (

    select * from {{ ref('int_hospital__cube') }}
    where {{ in_breakdowns(indicator) }}

),

in_critical_care_for_covid as (

    select
        {{ indicator_keys('in_critical_care_for_covid') }},
        present_critical_for::double as numerator,
        null::double as denominator,
        present_critical_for::double as value,
        null::double as ci_low,
        null::double as ci_high,
        {{ indicator_status(indicator) }}
    from cube

)

select * from in_critical_care_for_covid
