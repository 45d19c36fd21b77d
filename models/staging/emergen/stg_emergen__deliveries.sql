{{ deliveries_of('emergen') }}
