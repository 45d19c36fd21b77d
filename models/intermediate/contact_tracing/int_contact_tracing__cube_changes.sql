{{ cube_changes_of(contact_tracing()) }}
