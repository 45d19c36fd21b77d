{{ withdrawn_deliveries_of(mortality()) }}
