-- One row per row of a delivery that broke a rule of the contract, with the rule, the file and the line.
with stg_sos_medecins__acts_rejected as (

    {{ rejected_of('sos_medecins') }}

)

select * from stg_sos_medecins__acts_rejected
