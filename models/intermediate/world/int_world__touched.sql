{{ touched_of(world()) }}
