{% set dataset = {
    'name': 'covid_hosp_txad_fra',
    'title': {'fr': "Taux hospitaliers par date d'événement, pour ou avec Covid-19, France", 'en': 'Hospital rates by date of event, for or with Covid-19, France'},
    'description': {
        'fr': "Pour 100 000 habitants, selon le motif (PourAvec : 0 ensemble, 1 pour Covid-19, 2 pour un autre motif avec Covid-19) : nouvelles hospitalisations (tx_indic_7J_hosp), admissions en soins critiques (tx_indic_7J_SC) et décès (tx_indic_7J_DC, ensemble seulement) sur sept jours ; personnes hospitalisées (tx_prev_hosp) et en soins critiques (tx_prev_SC). Un séjour sans motif connu ne compte que dans l'ensemble.",
        'en': "Per 100,000 inhabitants, by reason (PourAvec: 0 all, 1 for Covid-19, 2 for another reason with Covid-19): new admissions (tx_indic_7J_hosp), critical-care admissions (tx_indic_7J_SC) and deaths (tx_indic_7J_DC, all only) over seven days; people in hospital (tx_prev_hosp) and in critical care (tx_prev_SC). A stay of unknown reason counts in the total only.",
    },
    'source': 'sivic',
    'order_by': ['fra', 'jour', 'PourAvec'],
    'fresh_by': '19:00',
    'lag_days': 0,
    'group': 'hospital stays',
} %}
{{ declare_dataset(dataset) }}

with cube as (

    select * from {{ ref('int_hospital__cube') }}
    where geo_level = 'FRA' and period = 'rolling7' and sex = 'all' and age_scheme = 'all'

),

by_cause as (

    select period_end, population, '0' as cause, deaths, admissions, critical_admissions, present, present_critical
    from cube
    union all
    select
        period_end, population, '1' as cause, null as deaths,
        admissions_for, critical_admissions_for, present_for, present_critical_for
    from cube
    union all
    select
        period_end, population, '2' as cause, null as deaths,
        admissions_with, critical_admissions_with, present_with, present_critical_with
    from cube

),

covid_hosp_txad_fra as (

    select
        'FR' as fra,
        period_end as jour,
        cause as "PourAvec",
        {{ rate_per_100k('deaths', 'population') }} as "tx_indic_7J_DC",
        {{ rate_per_100k('admissions', 'population') }} as "tx_indic_7J_hosp",
        {{ rate_per_100k('critical_admissions', 'population') }} as "tx_indic_7J_SC",
        {{ rate_per_100k('present', 'population') }} as tx_prev_hosp,
        {{ rate_per_100k('present_critical', 'population') }} as "tx_prev_SC"
    from by_cause

)

select * from covid_hosp_txad_fra
