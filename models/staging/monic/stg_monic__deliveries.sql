{{ deliveries_of('monic') }}
