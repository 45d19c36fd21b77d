{{ deliveries_of('sivic') }}
