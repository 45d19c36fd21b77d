{{ deliveries_of('sentinelles') }}
