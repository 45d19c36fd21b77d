{{ fates_of(contact_tracing()) }}
