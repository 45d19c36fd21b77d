{{ changes_of(sentinel_gps()) }}
