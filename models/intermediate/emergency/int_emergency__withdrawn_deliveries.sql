{{ withdrawn_deliveries_of(emergency()) }}
