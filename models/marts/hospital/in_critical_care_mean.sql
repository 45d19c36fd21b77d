{% set indicator = {
    'title': {'fr': "Nombre moyen de personnes en soins critiques", 'en': "Mean number of people in critical care"},
    'unit': {'fr': "personnes", 'en': "people"},
    'formula': {'fr': "somme des présents à la fin de chacun des sept jours / 7", 'en': "sum of the people present at the end of each of the seven days / 7"},
    'source': 'sivic',
    'breakdowns': hospital_breakdowns(['rolling7', 'week']),
    'open_data': hospital_files('in-critical-care-mean', ['rolling7', 'week']),
    'fresh_by': '19:00',
    'lag_days': 0,
    'definition': '2020-03-18',
    'figures': ['numerator', 'denominator', 'value'],
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with cube as (

    select * from {{ ref('int_hospital__cube') }}
    where {{ in_breakdowns(indicator) }}

),

in_critical_care_mean as (

    select
        {{ indicator_keys('in_critical_care_mean') }},
        critical_patient_days::double as numerator,
        7::double as denominator,
        critical_patient_days / 7.0::double as value,
        null::double as ci_low,
        null::double as ci_high,
        {{ indicator_status(indicator) }}
    from cube

)

select * from in_critical_care_mean
