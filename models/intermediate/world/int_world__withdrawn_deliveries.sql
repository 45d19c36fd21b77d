{{ withdrawn_deliveries_of(world()) }}
