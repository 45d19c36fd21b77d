{{ deliveries_of('oscour') }}
