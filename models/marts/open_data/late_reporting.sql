{% set dataset = {
    'name': 'late-reporting',
    'title': {'fr': "Complétude des jours selon leur âge", 'en': 'Completeness of days by their age'},
    'description': {
        'fr': "Part des personnes positives (P) et testées (T) d'un jour de prélèvement connues quand ce jour avait de 0 à 30 jours, par rapport à ce qui en est connu aujourd'hui.",
        'en': "Share of the people positive (P) and tested (T) of a sampling day known when the day was 0 to 30 days old, against what is known of it now.",
    },
    'source': 'sidep',
    'order_by': ['jour', 'age_jours'],
    'fresh_by': '19:00',
    'lag_days': 3,
} %}
{{ declare_dataset(dataset) }}

with completeness as (

    select * from {{ ref('int_testing__completeness') }}
    where laboratory = 'all'

),

late_reporting as (

    select
        day as jour,
        age_days as age_jours,
        cases_known as "P_connus",
        cases as "P",
        {{ official_rounding(percentage('cases_known', 'cases')) }} as "completude_P",
        tested_known as "T_connus",
        tested as "T",
        {{ official_rounding(percentage('tested_known', 'tested')) }} as "completude_T"
    from completeness

)

select * from late_reporting
