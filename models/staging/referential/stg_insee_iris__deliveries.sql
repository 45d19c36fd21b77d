-- One row per delivered file of insee_iris, as landing recorded it.
with stg_insee_iris__deliveries as (

    {{ deliveries_of('insee_iris') }}

)

select * from stg_insee_iris__deliveries
