{{ batches_of(clusters()) }}
