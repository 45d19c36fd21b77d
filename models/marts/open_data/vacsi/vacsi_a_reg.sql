{% set dataset = {
    'name': 'vacsi-a-reg',
    'title': {'fr': "VAC-SI : personnes vaccinées par classe d'âge, régions", 'en': "VAC-SI: people vaccinated by age class, régions"},
    'description': {
        'fr': "Personnes vaccinées (une dose, schéma complet, rappels), chaque jour et à ce jour, et couverture (%, au plus 99,0), par lieu de résidence.",
        'en': "People vaccinated (one dose, complete scheme, boosters), of each day and to date, and coverage (%, at most 99.0), by residence.",
    },
    'source': 'vacsi',
    'order_by': ['reg', 'clage_vacsi', 'jour'],
    'fresh_by': '19:00',
    'lag_days': 1,
    'group': 'vacsi',
} %}
{{ declare_dataset(dataset) }}

with vacsi_a_reg as (

    {{ vacsi_layout('reg', 'a') }}

)

select * from vacsi_a_reg
