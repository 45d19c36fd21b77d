-- One row per delivered file of erasure, as landing recorded it.
with stg_erasure__deliveries as (

    {{ deliveries_of('erasure') }}

)

select * from stg_erasure__deliveries
