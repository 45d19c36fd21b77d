{% set dataset = {
    'name': 'covid_hospit',
    'title': {'fr': "Données hospitalières : patients présents et cumuls, départements", 'en': 'Hospital data: patients present and cumulative counts, départements'},
    'description': {
        'fr': "Par département de l'hôpital, sexe (0 : ensemble, 1 : hommes, 2 : femmes) et jour : personnes hospitalisées (hosp), en soins critiques (rea), en hospitalisation conventionnelle (HospConv), en SSR ou USLD (SSR_USLD), dans un autre service (autres), d'après les déclarations reçues jusqu'au jour ; retours à domicile (rad) et décès (dc) cumulés. Le sexe inconnu ne compte que dans l'ensemble.",
        'en': "By département of the hospital, sex (0: all, 1: men, 2: women) and day: people in hospital (hosp), in critical care (rea), in conventional units (HospConv), in follow-up or long-term care (SSR_USLD), in other units (autres), by what was declared up to the day; cumulative returns home (rad) and deaths (dc). People of unknown sex count in the total only.",
    },
    'source': 'sivic',
    'order_by': ['dep', 'sexe', 'jour'],
    'fresh_by': '19:00',
    'lag_days': 0,
    'group': 'hospital stays',
} %}
{{ declare_dataset(dataset) }}

with cube as (

    select * from {{ ref('int_hospital__cube') }}
    where geo_level = 'DEP' and geo_code <> 'unknown' and period = 'day' and age_scheme = 'all' and sex <> 'unknown'

),

covid_hospit as (

    select
        geo_code as dep,
        case sex when 'all' then '0' when 'M' then '1' else '2' end as sexe,
        period_end as jour,
        hospitalised as hosp,
        critical as rea,
        conventional as "HospConv",
        follow_up as "SSR_USLD",
        other_units as autres,
        discharges_to_date as rad,
        deaths_to_date as dc
    from cube

)

select * from covid_hospit
