{{ withdrawn_deliveries_of(risk()) }}
