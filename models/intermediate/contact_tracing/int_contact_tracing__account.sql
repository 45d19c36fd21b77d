{{ account_of(contact_tracing()) }}
