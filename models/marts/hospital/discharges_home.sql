{% set indicator = {
    'title': {'fr': "Retours à domicile par date de sortie", 'en': "Discharges home by date of exit"},
    'unit': {'fr': "événements", 'en': "events"},
    'formula': {'fr': "événements de la période, par date d'événement", 'en': "events of the period, by date of event"},
    'source': 'sivic',
    'breakdowns': hospital_breakdowns(['day', 'rolling7', 'week']),
    'open_data': hospital_files('discharges-home', ['day', 'rolling7', 'week']),
    'fresh_by': '19:00',
    'lag_days': 0,
    'definition': '2020-03-18',
    'figures': ['value', 'ci_low', 'ci_high'],
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with discharges_home as (

    {{ count_of(hospital(), indicator, 'discharges_home', 'discharges') }}

)

select * from discharges_home
