{{ account_of(health_reserve()) }}
