{{ empty_cells_of(infected_staff()) }}
