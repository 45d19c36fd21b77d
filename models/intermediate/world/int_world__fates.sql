{{ fates_of(world()) }}
