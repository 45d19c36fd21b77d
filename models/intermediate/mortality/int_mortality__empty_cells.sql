{{ empty_cells_of(mortality()) }}
