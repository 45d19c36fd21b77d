{{ declare_dataset(stays_by_event('fra')) }}

with covid_hosp_txad_fra as (

    {{ rows_of_stays_by_event('fra') }}

)

select * from covid_hosp_txad_fra
