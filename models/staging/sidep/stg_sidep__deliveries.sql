{{ deliveries_of('sidep') }}
