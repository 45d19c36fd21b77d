{% set dataset = {
    'name': 'vacsi12-dep',
    'title': {'fr': "VAC-SI : personnes vaccinées de 12 ans et plus, départements", 'en': "VAC-SI: people vaccinated of 12 and over, départements"},
    'description': {
        'fr': "Personnes vaccinées (une dose, schéma complet, rappels), chaque jour et à ce jour, et couverture (%, au plus 99,0), par lieu de résidence.",
        'en': "People vaccinated (one dose, complete scheme, boosters), of each day and to date, and coverage (%, at most 99.0), by residence.",
    },
    'source': 'vacsi',
    'order_by': ['dep', 'jour'],
    'fresh_by': '19:00',
    'lag_days': 1,
    'group': 'vacsi',
} %}
{{ declare_dataset(dataset) }}

with vacsi12_dep as (

    {{ vacsi_layout('dep', twelve=true) }}

)

select * from vacsi12_dep
