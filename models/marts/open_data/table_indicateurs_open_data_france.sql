{% set dataset = {
    'name': 'table-indicateurs-open-data-france',
    'title': {'fr': "Synthèse des indicateurs de suivi de l'épidémie, France", 'en': 'Synthesis of the indicators of the epidemic, France'},
    'description': {
        'fr': "Positivité (tx_pos, %) et incidence (tx_incid, pour 100 000) sur sept jours, positifs du jour (pos) et de sept jours (pos_7j), d'après les tests ; occupation des lits de soins critiques (TO, rapport aux lits initiaux), patients présents (rea, hosp), cumuls (rad, dchosp) et nouveautés du jour (incid_*), d'après les séjours hospitaliers. R, conf, conf_j1, esms_dc, dc_tot, cv_dose1 et esms_cas sont vides : les sources qui les donnent ne sont pas reçues.",
        'en': "Seven-day positivity (tx_pos, %) and incidence (tx_incid, per 100,000), positives of the day (pos) and of seven days (pos_7j), from tests; critical-care occupancy (TO, ratio to initial beds), patients present (rea, hosp), cumulative counts (rad, dchosp) and those of the day (incid_*), from hospital stays. R, conf, conf_j1, esms_dc, dc_tot, cv_dose1 and esms_cas are empty: the sources that give them are not received.",
    },
    'source': 'sivic',
    'order_by': ['date'],
    'fresh_by': '19:00',
    'lag_days': 0,
    'follows': ['screening rates', 'hospital stays'],
} %}
{{ declare_dataset(dataset) }}

with testing as (

    select
        period_end as date,
        max(cases) filter (period = 'day') as pos,
        max(cases) filter (period = 'rolling7') as pos_7j,
        max({{ rate_per_100k('cases', 'population') }}) filter (period = 'rolling7') as tx_incid,
        max({{ percentage('cases', 'tested') }}) filter (period = 'rolling7') as tx_pos
    from {{ ref('int_testing__cube') }}
    where geo_level = 'FRA' and period in ('day', 'rolling7') and sex = 'all' and age_scheme = 'all'
    group by period_end

),

hospital as (

    select
        *,
        period_end as date
    from {{ ref('int_hospital__cube') }}
    where geo_level = 'FRA' and period = 'day' and sex = 'all' and age_scheme = 'all'

),

table_indicateurs_open_data_france as (

    select
        date,
        testing.tx_pos,
        testing.tx_incid,
        hospital.critical / (select sum(beds) from {{ ref('critical_care_beds') }})::double as "TO",
        null::double as "R",
        hospital.critical as rea,
        hospital.hospitalised as hosp,
        hospital.discharges_to_date as rad,
        hospital.deaths_to_date as dchosp,
        hospital.critical_admissions_declared as incid_rea,
        hospital.admissions_declared as incid_hosp,
        hospital.discharges_declared as incid_rad,
        hospital.deaths_declared as incid_dchosp,
        null::integer as conf,
        null::integer as conf_j1,
        testing.pos,
        null::integer as esms_dc,
        null::integer as dc_tot,
        testing.pos_7j,
        null::double as cv_dose1,
        null::integer as esms_cas
    from testing
    full join hospital using (date)

)

select * from table_indicateurs_open_data_france
