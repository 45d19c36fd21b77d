{{ batches_of(testing()) }}
