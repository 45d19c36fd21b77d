-- One row per delivered file of sidep, as landing recorded it.
with stg_sidep__deliveries as (

    {{ deliveries_of('sidep') }}

)

select * from stg_sidep__deliveries
