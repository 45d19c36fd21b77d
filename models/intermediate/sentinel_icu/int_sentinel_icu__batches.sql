{{ batches_of(sentinel_icu()) }}
