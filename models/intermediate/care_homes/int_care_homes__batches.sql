{{ batches_of(care_homes()) }}
