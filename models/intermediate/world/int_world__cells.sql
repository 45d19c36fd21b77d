{{ cells_of(world()) }}
