{% set dataset = {
    'name': 'sg-com',
    'title': {'fr': "Classes de taux par semaine, communes", 'en': 'Classes of weekly rates, communes'},
    'description': {
        'fr': "Classes du taux d'incidence (ti), de dépistage (td) et de positivité (tp), tous âges (0) et 65 ans et plus (65), dernière semaine entière. Une semaine paraît une fois définitive et n'est plus changée par les résultats tardifs. Les bornes de classe sont celles des fichiers officiels, sauf celles qui laisseraient moins de cinq nombres possibles pour la population du lieu, ou à côté des classes de ses IRIS : les classes voisines sont alors réunies ([0;50[ pour [0;10[, [10;20[ et [20;50[). Une classe peut être plus large à cause des autres. Sans classe : lieu trop petit, ou dont les chiffres se déduiraient de ceux du département ou de la métropole ; tous les lieux d'un département (ou de sa métropole) une semaine où il compte peu de cas, ou peu de cas de plus que ses classes n'en disent. tp : seulement si ti et td en laissent la place. 65 ans et plus : seulement les lieux qui en comptent 10 000.",
        'en': "Classes of the incidence (ti), testing (td) and positivity (tp) rates, all ages (0) and 65 and over (65), last whole week. A week comes out once it is final and is not changed by late results. The bounds of classes are those of the official files, but for those that would leave fewer than five possible counts for the population of the place, or beside the classes of its IRIS: neighbouring classes are then one ([0;50[ for [0;10[, [10;20[ and [20;50[). A class may be wider because of the others. Without a class: a place too small, or one whose figures would follow from those of its département or its métropole; all places of a département (or its métropole) in a week in which it has few cases, or few more than its classes tell. tp: only where ti and td leave room for it. 65 and over: only places where 10,000 of them live.",
    },
    'source': 'sidep',
    'order_by': ['com2020', 'semaine_glissante', 'clage_65'],
    'fresh_by': '19:00',
    'lag_days': 3,
    'group': 'local classes',
    'map': map_of_classes('COM', 'com2020'),
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
