{{ fates_of(health_reserve()) }}
