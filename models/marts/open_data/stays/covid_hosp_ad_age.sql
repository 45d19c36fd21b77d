{{ declare_dataset(layout_of_stays({
    'name': 'covid_hosp_ad_age',
    'title': {'fr': "Admissions hebdomadaires par âge, régions", 'en': "Weekly admissions by age, regions"},
    'description': {
        'fr': "Nouvelles hospitalisations (NewAdmHospit) par région de l'hôpital, semaine ISO de l'admission et classe d'âge de dix ans (0 : tous âges). L'âge inconnu ne compte que dans le total.",
        'en': "New admissions (NewAdmHospit) by region of the hospital, ISO week of the admission and ten-year age class (0: all ages). People of unknown age count in the total only.",
    },
    'order_by': ['reg', 'Semaine', 'cl_age90'],
})) }}

with cells as (

    {{ layout_cells(
        ref('int_hospital__cube'), 'reg', 'heb', '"Semaine"', schemes=['all', 'age10'], code='reg'
    ) }}

),

covid_hosp_ad_age as (

    select
        reg,
        "Semaine",
        age as cl_age90,
        admissions as "NewAdmHospit"
    from cells

)

select * from covid_hosp_ad_age
