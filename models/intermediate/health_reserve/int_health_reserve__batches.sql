{{ batches_of(health_reserve()) }}
