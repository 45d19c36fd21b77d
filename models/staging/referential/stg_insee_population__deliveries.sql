-- One row per delivered file of insee_population, as landing recorded it.
with stg_insee_population__deliveries as (

    {{ deliveries_of('insee_population') }}

)

select * from stg_insee_population__deliveries
