{{ rows_to_erase_of(contact_tracing()) }}
