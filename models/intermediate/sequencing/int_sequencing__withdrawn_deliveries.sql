{{ withdrawn_deliveries_of(sequencing()) }}
