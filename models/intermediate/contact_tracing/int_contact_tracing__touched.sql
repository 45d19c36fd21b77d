{{ touched_of(contact_tracing()) }}
