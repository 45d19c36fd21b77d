{{ fates_of(infected_staff()) }}
