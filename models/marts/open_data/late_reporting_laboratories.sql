{% set dataset = {
    'name': 'late-reporting-laboratories',
    'title': {'fr': "Complétude selon l'âge des jours, par laboratoire", 'en': 'Completeness by age of days, by laboratory'},
    'description': {
        'fr': "Part des personnes testées (T) par un laboratoire connues de 0 à 30 jours après le prélèvement, sur tous les jours qui ont atteint cet âge.",
        'en': "Share of the people tested (T) by a laboratory known 0 to 30 days after sampling, over all days that have reached that age.",
    },
    'source': 'sidep',
    'order_by': ['laboratoire', 'age_jours'],
    'fresh_by': '19:00',
    'lag_days': 3,
} %}
{{ declare_dataset(dataset) }}

with completeness as (

    select * from {{ ref('int_testing__completeness') }}
    where laboratory <> 'all'

),

late_reporting_laboratories as (

    select
        laboratory as laboratoire,
        age_days as age_jours,
        count(*)::integer as jours,
        sum(tested_known)::integer as "T_connus",
        sum(tested)::integer as "T",
        {{ official_rounding(percentage('sum(tested_known)', 'sum(tested)')) }} as "completude_T"
    from completeness
    group by laboratory, age_days

)

select * from late_reporting_laboratories
