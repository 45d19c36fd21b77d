-- One row per delivered file of oscour, as landing recorded it.
with stg_oscour__deliveries as (

    {{ deliveries_of('oscour') }}

)

select * from stg_oscour__deliveries
