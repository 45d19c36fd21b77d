-- One row per row of a delivery that broke a rule of the contract, with the rule, the file and the line.
with stg_sivic__events_rejected as (

    {{ rejected_of('sivic') }}

)

select * from stg_sivic__events_rejected
