{% set dataset = {
    'name': 'sg-com',
    'title': {'fr': "Classes de taux sur sept jours glissants, communes", 'en': 'Classes of seven-day rates, communes'},
    'description': {
        'fr': "Classes du taux d'incidence (ti), de dépistage (td) et de positivité (tp), tous âges (0) et 65 ans et plus (65).",
        'en': "Classes of the incidence (ti), testing (td) and positivity (tp) rates, all ages (0) and 65 and over (65).",
    },
    'source': 'sidep',
    'order_by': ['com2020', 'semaine_glissante', 'clage_65'],
    'fresh_by': '19:00',
    'lag_days': 3,
} %}
{{ declare_dataset(dataset) }}

with classes as (

    select * from {{ ref('int_testing__local_classes') }}
    where geo_level = 'COM'

),

sg_com as (

    select
        classes.geo_code as com2020,
        classes.semaine_glissante,
        classes.clage_65,
        classes.ti_classe,
        classes.td_classe,
        classes.tp_classe
    from classes

)

select * from sg_com
