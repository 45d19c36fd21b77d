{{ declare_dataset(stays_by_event('reg')) }}

with covid_hosp_txad_reg as (

    {{ rows_of_stays_by_event('reg') }}

)

select * from covid_hosp_txad_reg
