{{ empty_cells_of(clusters()) }}
