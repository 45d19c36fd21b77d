{{ deliveries_of('erasure') }}
