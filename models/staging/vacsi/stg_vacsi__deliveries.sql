{{ deliveries_of('vacsi') }}
