{% set indicator = {
    'title': {'fr': "Part d'hospitalisations de sexe inconnu", 'en': "Share of admissions of unknown sex"},
    'unit': {'fr': "%", 'en': "%"},
    'formula': {'fr': "100 × hospitalisations de sexe inconnu / hospitalisations", 'en': "100 × admissions of unknown sex / admissions"},
    'source': 'sivic',
    'breakdowns': plain_breakdowns(['day', 'rolling7', 'week']),
    'open_data': plain_file('unknown-sex-share', ['day', 'rolling7', 'week']),
    'fresh_by': '19:00',
    'lag_days': 0,
    'definition': '2020-03-18',
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with unknown_sex_share as (

    {{ share_of(hospital(), indicator, 'unknown_sex_share', 'admissions_sex_unknown', 'admissions') }}

)

select * from unknown_sex_share
