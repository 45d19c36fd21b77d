{% set indicator = {
    'title': {'fr': "Durée médiane de séjour", 'en': "Median length of stay"},
    'unit': {'fr': "nuits", 'en': "nights"},
    'formula': {'fr': "médiane, parmi les séjours terminés à domicile ou par un décès, du nombre de nuits depuis l'entrée", 'en': "median, among stays that ended at home or by death, of the nights since entry"},
    'source': 'sivic',
    'breakdowns': plain_breakdowns(['day', 'rolling7', 'week'], ['all', 'age10']),
    'open_data': plain_file('median-stay', ['day', 'rolling7', 'week'], ['all', 'age10']),
    'fresh_by': '19:00',
    'lag_days': 0,
    'definition': '2020-03-18',
    'figures': ['denominator', 'value'],
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with stay_lengths as (

    select * from {{ ref('int_hospital__stay_lengths') }}
    where {{ in_breakdowns(indicator) }}

),

median_stay as (

    select
        {{ indicator_keys('median_stay') }},
        null::double as numerator,
        people::double as denominator,
        median_nights as value,
        null::double as ci_low,
        null::double as ci_high,
        {{ indicator_status(indicator) }}
    from stay_lengths

)

select * from median_stay
