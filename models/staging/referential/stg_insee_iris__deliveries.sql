{{ deliveries_of('insee_iris') }}
