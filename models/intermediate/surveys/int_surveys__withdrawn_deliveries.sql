{{ withdrawn_deliveries_of(surveys()) }}
