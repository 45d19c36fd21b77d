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

with in_hospital_fatality as (

    {{ share_of(hospital(), indicator, 'in_hospital_fatality', 'deaths', 'discharges + deaths') }}

)

select * from in_hospital_fatality
