{{ batches_of(world()) }}
