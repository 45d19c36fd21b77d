{{ withdrawn_deliveries_of(wastewater()) }}
