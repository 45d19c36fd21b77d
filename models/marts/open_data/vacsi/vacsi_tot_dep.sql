{% set dataset = {
    'name': 'vacsi-tot-dep',
    'title': {'fr': "VAC-SI : personnes vaccinées, cumul au dernier jour, départements", 'en': "VAC-SI: people vaccinated, to date on the last day, départements"},
    'description': {
        'fr': "Personnes vaccinées à ce jour, population et couverture (%, au plus 99,0).",
        'en': "People vaccinated to date, population and coverage (%, at most 99.0).",
    },
    'source': 'vacsi',
    'order_by': ['dep', 'jour'],
    'fresh_by': '19:00',
    'lag_days': 1,
    'group': 'vacsi',
} %}
{{ declare_dataset(dataset) }}

with vacsi_tot_dep as (

    {{ vacsi_tot_layout('dep') }}

)

select * from vacsi_tot_dep
