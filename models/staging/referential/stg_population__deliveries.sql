-- One row per delivered file of population, as landing recorded it.
with stg_population__deliveries as (

    {{ deliveries_of('population') }}

)

select * from stg_population__deliveries
