{{ cube_days_of(health_reserve()) }}
