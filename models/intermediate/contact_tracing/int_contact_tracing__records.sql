{{ records_of(contact_tracing()) }}
