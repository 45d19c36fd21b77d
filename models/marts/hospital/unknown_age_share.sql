{% set indicator = {
    'title': {'fr': "Part d'hospitalisations d'âge inconnu", 'en': "Share of admissions of unknown age"},
    'unit': {'fr': "%", 'en': "%"},
    'formula': {'fr': "100 × hospitalisations d'âge inconnu / hospitalisations", 'en': "100 × admissions of unknown age / admissions"},
    'source': 'sivic',
    'breakdowns': plain_breakdowns(['day', 'rolling7', 'week']),
    'open_data': plain_file('unknown-age-share', ['day', 'rolling7', 'week']),
    'fresh_by': '19:00',
    'lag_days': 0,
    'definition': '2020-03-18',
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with unknown_age_share as (

    {{ share_of(hospital(), indicator, 'unknown_age_share', 'admissions_age_unknown', 'admissions') }}

)

select * from unknown_age_share
