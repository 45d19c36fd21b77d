{{ calendar_of(infected_staff()) }}
