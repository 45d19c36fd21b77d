{{ batches_of(contact_tracing()) }}
