{{ withdrawn_deliveries_of(care_homes()) }}
