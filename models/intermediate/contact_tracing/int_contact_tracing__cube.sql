{{ cube_of(contact_tracing()) }}
