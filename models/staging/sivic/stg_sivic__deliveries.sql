-- One row per delivered file of sivic, as landing recorded it.
with stg_sivic__deliveries as (

    {{ deliveries_of('sivic') }}

)

select * from stg_sivic__deliveries
