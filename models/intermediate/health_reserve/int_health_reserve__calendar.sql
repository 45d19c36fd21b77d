{{ calendar_of(health_reserve()) }}
