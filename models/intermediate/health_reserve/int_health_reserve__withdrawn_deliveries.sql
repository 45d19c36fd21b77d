{{ withdrawn_deliveries_of(health_reserve()) }}
