{% set dataset = {
    'name': 'sg-iris',
    'title': {'fr': "Classes de taux par semaine, IRIS", 'en': 'Classes of weekly rates, IRIS'},
    'description': {
        'fr': "Classes du taux d'incidence (ti), de dépistage (td) et de positivité (tp), tous âges (0) et 65 ans et plus (65), dernière semaine entière. Une semaine paraît une fois définitive et n'est plus changée par les résultats tardifs. Les bornes de classe sont celles des fichiers officiels, sauf celles qui laisseraient moins de cinq nombres possibles pour la population du lieu : les classes voisines sont alors réunies ([0;50[ pour [0;10[, [10;20[ et [20;50[). Une classe peut être plus large à cause des autres. Sans classe : lieu trop petit, ou dont les chiffres se déduiraient de ceux du département ou de la métropole ; tous les lieux d'un département (ou de sa métropole) une semaine où il compte peu de cas, ou peu de cas de plus que ses classes n'en disent. tp : seulement si ti et td en laissent la place. 65 ans et plus : seulement les lieux qui en comptent 10 000. iris_synthetique : 1 pour un découpage fictif d'une commune, faute de la liste des IRIS.",
        'en': "Classes of the incidence (ti), testing (td) and positivity (tp) rates, all ages (0) and 65 and over (65), last whole week. A week comes out once it is final and is not changed by late results. The bounds of classes are those of the official files, but for those that would leave fewer than five possible counts for the population of the place: neighbouring classes are then one ([0;50[ for [0;10[, [10;20[ and [20;50[). A class may be wider because of the others. Without a class: a place too small, or one whose figures would follow from those of its département or its métropole; all places of a département (or its métropole) in a week in which it has few cases, or few more than its classes tell. tp: only where ti and td leave room for it. 65 and over: only places where 10,000 of them live. iris_synthetique: 1 for a made-up division of a commune, for want of the list of IRIS.",
    },
    'source': 'sidep',
    'order_by': ['iris2019', 'semaine_glissante', 'clage_65'],
    'fresh_by': '19:00',
    'lag_days': 3,
    'group': 'local classes',
    'map': map_of_classes('IRIS', 'iris2019'),
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
