{{ cube_windows_of(contact_tracing()) }}
