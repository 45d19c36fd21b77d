{{ batches_of(sentinel_gps()) }}
