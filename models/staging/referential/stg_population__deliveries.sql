{{ deliveries_of('population') }}
