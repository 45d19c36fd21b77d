{{ account_of(infected_staff()) }}
