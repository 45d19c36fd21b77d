{{ changes_of(contact_tracing()) }}
