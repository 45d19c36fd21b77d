{{ cells_of(infected_staff()) }}
