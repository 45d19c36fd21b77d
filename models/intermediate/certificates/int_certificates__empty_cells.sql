{{ empty_cells_of(certificates()) }}
