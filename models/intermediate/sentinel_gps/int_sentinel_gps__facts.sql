{{ facts_of(sentinel_gps()) }}
