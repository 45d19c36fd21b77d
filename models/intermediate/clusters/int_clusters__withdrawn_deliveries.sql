{{ withdrawn_deliveries_of(clusters()) }}
