{{ batches_of(vaccination()) }}
