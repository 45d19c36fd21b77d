{{ calendar_of(world()) }}
