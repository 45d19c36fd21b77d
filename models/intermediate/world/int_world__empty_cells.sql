{{ empty_cells_of(world()) }}
