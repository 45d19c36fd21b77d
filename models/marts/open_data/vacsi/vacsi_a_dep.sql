{% set dataset = {
    'name': 'vacsi-a-dep',
    'title': {'fr': "VAC-SI : personnes vaccinées par classe d'âge, départements", 'en': "VAC-SI: people vaccinated by age class, départements"},
    'description': {
        'fr': "Personnes vaccinées (une dose, schéma complet, rappels), chaque jour et à ce jour, et couverture (%, au plus 99,0), par lieu de résidence.",
        'en': "People vaccinated (one dose, complete scheme, boosters), of each day and to date, and coverage (%, at most 99.0), by residence.",
    },
    'source': 'vacsi',
    'order_by': ['dep', 'clage_vacsi', 'jour'],
    'fresh_by': '19:00',
    'lag_days': 1,
    'group': 'vacsi',
} %}
{{ declare_dataset(dataset) }}

with vacsi_a_dep as (

    {{ vacsi_layout('dep', 'a') }}

)

select * from vacsi_a_dep
