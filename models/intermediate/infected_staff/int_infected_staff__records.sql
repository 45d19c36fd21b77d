{{ records_of(infected_staff()) }}
