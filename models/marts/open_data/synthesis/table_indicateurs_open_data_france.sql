{% set dataset = {
    'name': 'table-indicateurs-open-data-france',
    'title': {'fr': "Synthèse des indicateurs de suivi de l'épidémie, France", 'en': 'Synthesis of the indicators of the epidemic, France'},
    'description': {
        'fr': "Positivité (tx_pos, %) et incidence (tx_incid, pour 100 000) sur sept jours, positifs du jour (pos) et de sept jours (pos_7j), d'après les tests ; occupation des lits de soins critiques (TO, rapport aux lits initiaux), patients présents (rea, hosp), cumuls (rad, dchosp) et nouveautés du jour (incid_*), d'après les séjours hospitaliers ; nombre de reproduction d'après les tests (R) ; couverture par une première dose (cv_dose1, %) ; décès (esms_dc) et cas confirmés (esms_cas) de résidents d'établissements médico-sociaux, cumulés, et total des décès (dc_tot). conf et conf_j1 sont vides : les cas ne sont pas comptés par date de résultat.",
        'en': "Seven-day positivity (tx_pos, %) and incidence (tx_incid, per 100,000), positives of the day (pos) and of seven days (pos_7j), from tests; critical-care occupancy (TO, ratio to initial beds), patients present (rea, hosp), cumulative counts (rad, dchosp) and those of the day (incid_*), from hospital stays; reproduction number from tests (R); coverage by a first dose (cv_dose1, %); deaths (esms_dc) and confirmed cases (esms_cas) of residents of care homes to date, and all deaths (dc_tot). conf and conf_j1 are empty: cases are not counted by the day of the result.",
    },
    'source': 'sivic',
    'order_by': ['date'],
    'fresh_by': '19:00',
    'lag_days': 0,
    'follows': ['screening rates', 'hospital stays', 'vacsi'],
    'changes': [{
        'date': '2026-11-26',
        'fr': "R, cv_dose1, esms_dc, esms_cas et dc_tot sont remplis.",
        'en': 'R, cv_dose1, esms_dc, esms_cas and dc_tot are filled in.',
    }],
} %}
{{ declare_dataset(dataset) }}

with tests as (

    {{ tests_by_day('FRA') }}

),

stays as (

    {{ stays_by_day('FRA') }}

),

reproduction as (

    {{ reproduction_by_day('FRA') }}

),

vaccination as (

    {{ first_doses_by_day('FRA') }}

),

care_homes as (

    {{ care_homes_by_day('FRA') }}

),

table_indicateurs_open_data_france as (

    select
        date,
        tests.tx_pos,
        tests.tx_incid,
        stays.rea / (select sum(beds) from {{ ref('critical_care_beds') }})::double as "TO",
        reproduction.reproduction as "R",
        stays.* exclude (geo_code, date),
        null::integer as conf,
        null::integer as conf_j1,
        tests.pos,
        care_homes.esms_dc,
        stays.dchosp + care_homes.esms_dc as dc_tot,
        tests.pos_7j,
        vaccination.cv_dose1,
        care_homes.esms_cas
    from tests
    full join stays using (date)
    left join reproduction using (date)
    left join vaccination using (date)
    left join care_homes using (date)

)

select * from table_indicateurs_open_data_france
