{{ facts_of(infected_staff()) }}
