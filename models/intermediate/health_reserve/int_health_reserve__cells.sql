{{ cells_of(health_reserve()) }}
