{% set indicator = {
    'title': {'fr': "Part d'hospitalisations de sexe inconnu", 'en': "Share of admissions of unknown sex"},
    'unit': {'fr': "%", 'en': "%"},
    'formula': {'fr': "100 × hospitalisations de sexe inconnu / hospitalisations", 'en': "100 × admissions of unknown sex / admissions"},
    'source': 'sivic',
    'breakdowns': plain_hospital_breakdowns(['day', 'rolling7', 'week']),
    'open_data': plain_hospital_file('unknown-sex-share', ['day', 'rolling7', 'week']),
    'fresh_by': '19:00',
    'lag_days': 0,
    'definition': '2020-03-18',
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with cube as (

    select
        *,
        admissions_sex_unknown::double as numerator,
        (admissions)::double as denominator
    from {{ ref('int_hospital__cube') }}
    where {{ in_breakdowns(indicator) }}

),

unknown_sex_share as (

    select
        {{ indicator_keys('unknown_sex_share') }},
        numerator,
        denominator,
        {{ percentage('numerator', 'denominator') }} as value,
        {{ percentage_bound('numerator', 'denominator', '-') }} as ci_low,
        {{ percentage_bound('numerator', 'denominator', '+') }} as ci_high,
        {{ indicator_status(indicator) }}
    from cube

)

select * from unknown_sex_share
