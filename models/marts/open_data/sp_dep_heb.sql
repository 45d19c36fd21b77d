{% set dataset = {
    'name': 'sp-dep-heb',
    'title': {'fr': "Dépistage : positifs, testés et taux hebdomadaires, départements", 'en': 'Testing: positives, tested people and weekly rates, départements'},
    'description': {
        'fr': "Personnes positives (P), personnes testées (T), taux d'incidence (Ti) et de dépistage (Td) pour 100 000 habitants, taux de positivité (Tp) en %, par classe d'âge de dix ans (0 : tous âges).",
        'en': "People positive (P), people tested (T), incidence (Ti) and testing (Td) rates per 100,000 inhabitants, positivity (Tp) in %, by ten-year age class (0: all ages).",
    },
    'source': 'sidep',
    'order_by': ['dep', 'semaine', 'cl_age90'],
    'fresh_by': '19:00',
    'lag_days': 3,
    'group': 'screening rates',
} %}
{{ declare_dataset(dataset) }}

with rates as (

    select * from {{ ref('int_testing__official_rates') }}
    where geo_level = 'DEP' and period = 'week'

),

sp_dep_heb as (

    select
        geo_code as dep,
        strftime(period_end, '%G-S%V') as semaine,
        pop,
        "P",
        "T",
        "Ti",
        "Tp",
        "Td",
        cl_age90
    from rates

)

select * from sp_dep_heb
