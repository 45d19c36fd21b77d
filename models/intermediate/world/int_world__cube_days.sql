{{ cube_days_of(world()) }}
