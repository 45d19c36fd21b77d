{{ facts_of(world()) }}
