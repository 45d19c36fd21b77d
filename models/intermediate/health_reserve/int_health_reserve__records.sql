{{ records_of(health_reserve()) }}
