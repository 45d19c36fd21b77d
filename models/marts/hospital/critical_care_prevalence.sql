{% set indicator = {
    'title': {'fr': "Taux de personnes en soins critiques", 'en': "Critical-care prevalence"},
    'unit': {'fr': "pour 100 000 habitants", 'en': "per 100,000 inhabitants"},
    'formula': {'fr': "100 000 × présents / population", 'en': "100,000 × people present / population"},
    'source': 'sivic',
    'breakdowns': hospital_breakdowns(['day', 'week']),
    'open_data': hospital_files('critical-care-prevalence', ['day', 'week']),
    'fresh_by': '19:00',
    'lag_days': 0,
    'definition': '2020-03-18',
    'figures': ['numerator', 'denominator', 'value'],
    'population': true,
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with critical_care_prevalence as (

    {{ prevalence_of(hospital(), indicator, 'critical_care_prevalence', 'present_critical') }}

)

select * from critical_care_prevalence
