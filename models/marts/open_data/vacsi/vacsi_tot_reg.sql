{% set dataset = {
    'name': 'vacsi-tot-reg',
    'title': {'fr': "VAC-SI : personnes vaccinées, cumul au dernier jour, régions", 'en': "VAC-SI: people vaccinated, to date on the last day, régions"},
    'description': {
        'fr': "Personnes vaccinées à ce jour, population et couverture (%, au plus 99,0).",
        'en': "People vaccinated to date, population and coverage (%, at most 99.0).",
    },
    'source': 'vacsi',
    'order_by': ['reg', 'jour'],
    'fresh_by': '19:00',
    'lag_days': 1,
    'group': 'vacsi',
} %}
{{ declare_dataset(dataset) }}

with vacsi_tot_reg as (

    {{ vacsi_tot_layout('reg') }}

)

select * from vacsi_tot_reg
