{{ account_of(world()) }}
