{{ touched_of(infected_staff()) }}
