{{ erased_persons_of(contact_tracing()) }}
