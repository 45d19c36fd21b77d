{{ withdrawn_deliveries_of(vaccination()) }}
