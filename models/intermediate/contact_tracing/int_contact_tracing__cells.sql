{{ cells_of(contact_tracing()) }}
