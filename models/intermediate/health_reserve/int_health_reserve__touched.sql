{{ touched_of(health_reserve()) }}
