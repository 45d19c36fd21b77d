{{ batches_of(certificates()) }}
