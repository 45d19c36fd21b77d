{{ withdrawn_deliveries_of(infected_staff()) }}
