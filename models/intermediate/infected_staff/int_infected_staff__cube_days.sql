{{ cube_days_of(infected_staff()) }}
