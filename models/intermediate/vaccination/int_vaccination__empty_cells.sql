{{ empty_cells_of(vaccination()) }}
