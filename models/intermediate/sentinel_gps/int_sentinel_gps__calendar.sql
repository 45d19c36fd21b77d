{{ calendar_of(sentinel_gps()) }}
