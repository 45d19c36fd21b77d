-- One row per row of a delivery that broke a rule of the contract, with the rule, the file and the line.
with stg_oscour__visits_rejected as (

    {{ rejected_of('oscour') }}

)

select * from stg_oscour__visits_rejected
