{{ records_of(world()) }}
