{{ changes_of(world()) }}
