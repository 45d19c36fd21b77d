{{ empty_cells_of(emergency()) }}
