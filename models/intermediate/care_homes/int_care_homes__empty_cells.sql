{{ empty_cells_of(care_homes()) }}
