{{ empty_cells_of(hospital()) }}
