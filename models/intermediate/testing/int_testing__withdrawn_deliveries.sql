{{ withdrawn_deliveries_of(testing()) }}
