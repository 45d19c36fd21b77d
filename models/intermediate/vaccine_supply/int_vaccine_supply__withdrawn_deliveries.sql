{{ withdrawn_deliveries_of(vaccine_supply()) }}
