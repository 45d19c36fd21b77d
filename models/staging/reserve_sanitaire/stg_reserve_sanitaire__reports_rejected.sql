{{ rejected_of('reserve_sanitaire') }}
