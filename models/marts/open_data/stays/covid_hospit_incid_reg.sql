{{ declare_dataset(layout_of_stays({
    'name': 'covid-hospit-incid-reg',
    'title': {
        'fr': "Admissions en soins critiques déclarées dans les 24 heures, régions",
        'en': "Critical-care admissions declared in the last 24 hours, regions",
    },
    'description': {
        'fr': "Par région de l'hôpital (nomReg, numReg) et jour de déclaration : admissions en soins critiques (incid_rea), quel que soit le jour où elles ont eu lieu.",
        'en': "By region of the hospital (nomReg, numReg) and day of declaration: critical-care admissions (incid_rea), whenever they happened.",
    },
    'order_by': ['jour', 'numReg'],
})) }}

with cells as (

    {{ layout_cells(ref('int_hospital__cube'), 'reg', 'quot', 'jour', code='reg') }}

),

covid_hospit_incid_reg as (

    select
        jour,
        reg_name as "nomReg",
        reg as "numReg",
        critical_admissions_declared as incid_rea
    from cells

)

select * from covid_hospit_incid_reg
