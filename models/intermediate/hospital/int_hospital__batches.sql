{{ batches_of(hospital()) }}
