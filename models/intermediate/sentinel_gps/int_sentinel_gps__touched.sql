{{ touched_of(sentinel_gps()) }}
