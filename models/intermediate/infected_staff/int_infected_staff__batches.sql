{{ batches_of(infected_staff()) }}
