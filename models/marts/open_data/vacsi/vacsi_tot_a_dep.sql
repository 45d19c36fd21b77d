{% set dataset = {
    'name': 'vacsi-tot-a-dep',
    'title': {'fr': "VAC-SI : personnes vaccinées par classe d'âge, cumul au dernier jour, départements", 'en': "VAC-SI: people vaccinated by age class, to date on the last day, départements"},
    'description': {
        'fr': "Personnes vaccinées à ce jour par classe d'âge (0 : tous âges), population et couverture (%, au plus 99,0).",
        'en': "People vaccinated to date by age class (0: all ages), population and coverage (%, at most 99.0).",
    },
    'source': 'vacsi',
    'order_by': ['dep', 'clage_vacsi', 'jour'],
    'fresh_by': '19:00',
    'lag_days': 1,
    'group': 'vacsi',
} %}
{{ declare_dataset(dataset) }}

with vacsi_tot_a_dep as (

    {{ vacsi_tot_layout('dep', 'a') }}

)

select * from vacsi_tot_a_dep
