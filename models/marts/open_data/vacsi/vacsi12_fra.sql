{% set dataset = {
    'name': 'vacsi12-fra',
    'title': {'fr': "VAC-SI : personnes vaccinées de 12 ans et plus, France", 'en': "VAC-SI: people vaccinated of 12 and over, France"},
    'description': {
        'fr': "Personnes vaccinées (une dose, schéma complet, rappels), chaque jour et à ce jour, et couverture (%, au plus 99,0), par lieu de résidence.",
        'en': "People vaccinated (one dose, complete scheme, boosters), of each day and to date, and coverage (%, at most 99.0), by residence.",
    },
    'source': 'vacsi',
    'order_by': ['fra', 'jour'],
    'fresh_by': '19:00',
    'lag_days': 1,
    'group': 'vacsi',
} %}
{{ declare_dataset(dataset) }}

with vacsi12_fra as (

    {{ vacsi_layout('fra', twelve=true) }}

)

select * from vacsi12_fra
