{{ deliveries_of('sumeau') }}
