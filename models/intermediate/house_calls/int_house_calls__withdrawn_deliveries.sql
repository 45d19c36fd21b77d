{{ withdrawn_deliveries_of(house_calls()) }}
