{% set dataset = {
    'name': 'covid_hospit_etab',
    'title': {'fr': "Données hospitalières : établissements ayant déclaré au moins un cas, départements", 'en': 'Hospital data: hospitals that declared at least one case, départements'},
    'description': {
        'fr': "Nombre cumulé d'hôpitaux du département ayant déclaré au moins un séjour jusqu'au jour.",
        'en': "Cumulative number of hospitals of the département that have declared at least one stay up to the day.",
    },
    'source': 'sivic',
    'order_by': ['dep', 'jour'],
    'fresh_by': '19:00',
    'lag_days': 0,
    'group': 'hospital stays',
} %}
{{ declare_dataset(dataset) }}

with hospitals as (

    select * from {{ ref('int_hospital__hospitals') }}
    where geo_level = 'DEP' and geo_code <> 'unknown'

),

covid_hospit_etab as (

    select
        geo_code as dep,
        period_end as jour,
        hospitals as nb
    from hospitals

)

select * from covid_hospit_etab
