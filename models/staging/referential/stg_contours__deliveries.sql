{{ deliveries_of('contours') }}
