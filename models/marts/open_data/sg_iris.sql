{% set dataset = {
    'name': 'sg-iris',
    'title': {'fr': "Classes de taux sur sept jours glissants, IRIS", 'en': 'Classes of seven-day rates, IRIS'},
    'description': {
        'fr': "Classes du taux d'incidence (ti), de dépistage (td) et de positivité (tp), tous âges (0) et 65 ans et plus (65). iris_synthetique : 1 pour un découpage fictif d'une commune, faute de la liste des IRIS.",
        'en': "Classes of the incidence (ti), testing (td) and positivity (tp) rates, all ages (0) and 65 and over (65). iris_synthetique: 1 for a made-up division of a commune, for want of the list of IRIS.",
    },
    'source': 'sidep',
    'order_by': ['iris2019', 'semaine_glissante', 'clage_65'],
    'fresh_by': '19:00',
    'lag_days': 3,
} %}
{{ declare_dataset(dataset) }}

with classes as (

    select * from {{ ref('int_testing__local_classes') }}
    where geo_level = 'IRIS'

),

sg_iris as (

    select
        classes.geo_code as iris2019,
        classes.semaine_glissante,
        classes.clage_65,
        classes.ti_classe,
        classes.td_classe,
        classes.tp_classe,
        places.is_synthetic::integer as iris_synthetique
    from classes
    inner join {{ ref('int_referential__places') }} as places on classes.geo_code = places.iris

)

select * from sg_iris
