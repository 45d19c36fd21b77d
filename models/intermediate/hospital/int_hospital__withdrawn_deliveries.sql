{{ withdrawn_deliveries_of(hospital()) }}
