{{ declare_dataset(stays_by_event('fra', by_age=true)) }}

with covid_hosp_txad_age_fra as (

    {{ rows_of_stays_by_event('fra', by_age=true) }}

)

select * from covid_hosp_txad_age_fra
