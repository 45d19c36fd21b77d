{% set dataset = {
    'name': 'covid_hospit_incid',
    'title': {'fr': "Données hospitalières : nouveautés déclarées dans les 24 heures, départements", 'en': 'Hospital data: declared in the last 24 hours, départements'},
    'description': {
        'fr': "Par département de l'hôpital et jour de déclaration : nouvelles hospitalisations (incid_hosp), admissions en soins critiques (incid_rea), décès (incid_dc) et retours à domicile (incid_rad), quel que soit le jour où ils ont eu lieu.",
        'en': "By département of the hospital and day of declaration: new admissions (incid_hosp), critical-care admissions (incid_rea), deaths (incid_dc) and returns home (incid_rad), whenever they happened.",
    },
    'source': 'sivic',
    'order_by': ['dep', 'jour'],
    'fresh_by': '19:00',
    'lag_days': 0,
    'group': 'hospital stays',
} %}
{{ declare_dataset(dataset) }}

with cube as (

    select * from {{ ref('int_hospital__cube') }}
    where geo_level = 'DEP' and geo_code <> 'unknown' and period = 'day' and age_scheme = 'all' and sex = 'all'

),

covid_hospit_incid as (

    select
        geo_code as dep,
        period_end as jour,
        admissions_declared as incid_hosp,
        critical_admissions_declared as incid_rea,
        deaths_declared as incid_dc,
        discharges_declared as incid_rad
    from cube

)

select * from covid_hospit_incid
