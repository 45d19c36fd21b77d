{{ deliveries_of('cepidc') }}
