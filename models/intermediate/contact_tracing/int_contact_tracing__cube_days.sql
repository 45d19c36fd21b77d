{{ cube_days_of(contact_tracing()) }}
