{% set dataset = {
    'name': 'table-indicateurs-open-data-dep',
    'title': {'fr': "Synthèse des indicateurs de suivi de l'épidémie, départements", 'en': 'Synthesis of the indicators of the epidemic, départements'},
    'description': {
        'fr': "Par département : positivité (tx_pos, %) et incidence (tx_incid, pour 100 000) sur sept jours, positifs du jour (pos) et de sept jours (pos_7j), d'après les tests ; patients présents (hosp, rea), cumuls (rad, dchosp) et nouveautés du jour (incid_*), d'après les séjours hospitaliers ; couverture par une première dose (cv_dose1, %). L'occupation des lits de soins critiques (TO, rapport aux lits initiaux), le nombre de reproduction (R), reg_rea et reg_incid_rea sont ceux de la région.",
        'en': "By département: seven-day positivity (tx_pos, %) and incidence (tx_incid, per 100,000), positives of the day (pos) and of seven days (pos_7j), from tests; patients present (hosp, rea), cumulative counts (rad, dchosp) and those of the day (incid_*), from hospital stays; coverage by a first dose (cv_dose1, %). Critical-care occupancy (TO, ratio to initial beds), the reproduction number (R), reg_rea and reg_incid_rea are those of the region.",
    },
    'source': 'sivic',
    'order_by': ['dep', 'date'],
    'fresh_by': '19:00',
    'lag_days': 0,
    'follows': ['screening rates', 'hospital stays', 'vacsi'],
} %}
{{ declare_dataset(dataset) }}

with tests as (

    {{ tests_by_day('DEP') }}

),

stays as (

    {{ stays_by_day('DEP') }}

),

regional as (

    {{ stays_by_day('REG') }}

),

reproduction as (

    {{ reproduction_by_day('REG') }}

),

vaccination as (

    {{ first_doses_by_day('DEP') }}

),

table_indicateurs_open_data_dep as (

    select
        departements.dep,
        date,
        departements.reg,
        departements.dep_name as lib_dep,
        regions.reg_name as lib_reg,
        tests.tx_pos,
        {{ official_rounding('tests.tx_incid') }} as tx_incid,
        regional.rea / critical_care_beds.beds::double as "TO",
        reproduction.reproduction as "R",
        stays.hosp,
        stays.rea,
        stays.rad,
        stays.dchosp,
        regional.rea as reg_rea,
        stays.incid_hosp,
        stays.incid_rea,
        stays.incid_rad,
        stays.incid_dchosp,
        regional.incid_rea as reg_incid_rea,
        tests.pos,
        tests.pos_7j,
        vaccination.cv_dose1
    from tests
    full join stays using (geo_code, date)
    inner join {{ ref('departements') }} as departements on geo_code = departements.dep
    inner join {{ ref('regions') }} as regions using (reg)
    left join {{ ref('critical_care_beds') }} as critical_care_beds using (reg)
    left join vaccination using (geo_code, date)
    left join regional on departements.reg = regional.geo_code and date = regional.date
    left join reproduction on departements.reg = reproduction.geo_code and date = reproduction.date

)

select * from table_indicateurs_open_data_dep
