-- One row per delivered file of sos_medecins, as landing recorded it.
with stg_sos_medecins__deliveries as (

    {{ deliveries_of('sos_medecins') }}

)

select * from stg_sos_medecins__deliveries
