{{ deliveries_of('seroprev') }}
