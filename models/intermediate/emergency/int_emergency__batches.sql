{{ batches_of(emergency()) }}
