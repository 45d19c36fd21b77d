{{ empty_cells_of(house_calls()) }}
