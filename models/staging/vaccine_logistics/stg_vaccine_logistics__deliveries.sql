{{ deliveries_of('vaccine_logistics') }}
