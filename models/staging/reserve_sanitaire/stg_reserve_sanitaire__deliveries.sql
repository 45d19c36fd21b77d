{{ deliveries_of('reserve_sanitaire') }}
