{{ calendar_of(contact_tracing()) }}
