{{ cube_of(infected_staff()) }}
