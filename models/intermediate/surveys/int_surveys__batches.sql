{{ batches_of(surveys()) }}
