{{ cube_of(world()) }}
