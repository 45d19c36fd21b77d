{{ deliveries_of('insee_population') }}
