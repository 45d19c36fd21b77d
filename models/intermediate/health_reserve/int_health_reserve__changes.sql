{{ changes_of(health_reserve()) }}
