{{ withdrawn_deliveries_of(contact_tracing()) }}
