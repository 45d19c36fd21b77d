{% set dataset = {
    'name': 'covid_hospit_clage10',
    'title': {'fr': "Données hospitalières : patients présents et cumuls par âge, régions", 'en': 'Hospital data: patients present and cumulative counts by age, regions'},
    'description': {
        'fr': "Par région de l'hôpital, classe d'âge de dix ans (0 : tous âges) et jour : personnes hospitalisées (hosp), en soins critiques (rea), en hospitalisation conventionnelle (HospConv), en SSR ou USLD (SSR_USLD), dans un autre service (autres) ; retours à domicile (rad) et décès (dc) cumulés. L'âge inconnu ne compte que dans le total.",
        'en': "By region of the hospital, ten-year age class (0: all ages) and day: people in hospital (hosp), in critical care (rea), in conventional units (HospConv), in follow-up or long-term care (SSR_USLD), in other units (autres); cumulative returns home (rad) and deaths (dc). People of unknown age count in the total only.",
    },
    'source': 'sivic',
    'order_by': ['reg', 'cl_age90', 'jour'],
    'fresh_by': '19:00',
    'lag_days': 0,
    'group': 'hospital stays',
} %}
{{ declare_dataset(dataset) }}

with cube as (

    select * from {{ ref('int_hospital__cube') }}
    where geo_level = 'REG' and geo_code <> 'unknown' and period = 'day' and sex = 'all' and age_class <> 'unknown'

),

covid_hospit_clage10 as (

    select
        geo_code as reg,
        case age_class when 'all' then '0' else age_class end as cl_age90,
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

select * from covid_hospit_clage10
