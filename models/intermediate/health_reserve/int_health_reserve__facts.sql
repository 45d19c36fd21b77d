{{ facts_of(health_reserve()) }}
