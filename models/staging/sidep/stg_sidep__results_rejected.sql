-- One row per row of a delivery that broke a rule of the contract, with the rule, the file and the line.
with stg_sidep__results_rejected as (

    {{ rejected_of('sidep') }}

)

select * from stg_sidep__results_rejected
