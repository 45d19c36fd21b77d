{{ empty_cells_of(health_reserve()) }}
