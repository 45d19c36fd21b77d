{% set dataset = {
    'name': 'vacsi-v-reg',
    'title': {'fr': "VAC-SI : personnes vaccinées par vaccin, régions", 'en': "VAC-SI: people vaccinated by vaccine, régions"},
    'description': {
        'fr': "Personnes vaccinées à chaque rang de dose, schémas complets et rappels, chaque jour et à ce jour, par code de vaccin (0 : tous).",
        'en': "People vaccinated by rank of dose, complete schemes and boosters, of each day and to date, by product code (0: all).",
    },
    'source': 'vacsi',
    'order_by': ['reg', 'vaccin', 'jour'],
    'fresh_by': '19:00',
    'lag_days': 1,
    'group': 'vacsi',
} %}
{{ declare_dataset(dataset) }}

with vacsi_v_reg as (

    {{ vacsi_layout('reg', 'v') }}

)

select * from vacsi_v_reg
