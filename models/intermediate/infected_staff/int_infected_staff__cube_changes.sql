{{ cube_changes_of(infected_staff()) }}
