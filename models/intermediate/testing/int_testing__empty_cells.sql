{{ empty_cells_of(testing()) }}
