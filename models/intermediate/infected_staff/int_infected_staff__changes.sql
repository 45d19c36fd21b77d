{{ changes_of(infected_staff()) }}
