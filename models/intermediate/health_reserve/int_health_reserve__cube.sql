{{ cube_of(health_reserve()) }}
