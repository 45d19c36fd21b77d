{% set dataset = {
    'name': 'sp-reg-heb',
    'title': {'fr': "Dépistage : positifs, testés et taux hebdomadaires, régions", 'en': 'Testing: positives, tested people and weekly rates, regions'},
    'description': {
        'fr': "Personnes positives (P), personnes testées (T), taux d'incidence (Ti) et de dépistage (Td) pour 100 000 habitants, taux de positivité (Tp) en %, par classe d'âge de dix ans (0 : tous âges).",
        'en': "People positive (P), people tested (T), incidence (Ti) and testing (Td) rates per 100,000 inhabitants, positivity (Tp) in %, by ten-year age class (0: all ages).",
    },
    'source': 'sidep',
    'order_by': ['reg', 'semaine', 'cl_age90'],
    'fresh_by': '19:00',
    'lag_days': 3,
    'group': 'screening rates',
} %}
{{ declare_dataset(dataset) }}

with rates as (

    select * from {{ ref('int_testing__official_rates') }}
    where geo_level = 'REG' and period = 'week'

),

sp_reg_heb as (

    select
        regions.reg_sidep as reg,
        strftime(period_end, '%G-S%V') as semaine,
        pop,
        "P",
        "T",
        "Ti",
        "Tp",
        "Td",
        cl_age90
    from rates
    inner join {{ ref('regions') }} as regions on rates.geo_code = regions.reg

)

select * from sp_reg_heb
