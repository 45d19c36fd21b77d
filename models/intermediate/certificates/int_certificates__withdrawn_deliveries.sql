{{ withdrawn_deliveries_of(certificates()) }}
