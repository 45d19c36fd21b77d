{% set indicator = {
    'title': {'fr': "Personnes en soins critiques avec Covid-19 pour un autre motif", 'en': "People in critical care with Covid-19 for another reason"},
    'unit': {'fr': "personnes", 'en': "people"},
    'formula': {'fr': "séjours commencés et non terminés à la fin du jour, par date d'événement", 'en': "stays begun and not ended at the end of the day, by date of event"},
    'source': 'sivic',
    'breakdowns': hospital_breakdowns(['day', 'week']),
    'open_data': hospital_files('in-critical-care-with-covid', ['day', 'week']),
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

in_critical_care_with_covid as (

    select
        {{ indicator_keys('in_critical_care_with_covid') }},
        present_critical_with::double as numerator,
        null::double as denominator,
        present_critical_with::double as value,
        null::double as ci_low,
        null::double as ci_high,
        {{ indicator_status(indicator) }}
    from cube

)

select * from in_critical_care_with_covid
