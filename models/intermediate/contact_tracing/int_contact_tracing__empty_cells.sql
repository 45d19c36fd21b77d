{{ empty_cells_of(contact_tracing()) }}
