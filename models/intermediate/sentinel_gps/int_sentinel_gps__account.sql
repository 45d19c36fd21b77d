{{ account_of(sentinel_gps()) }}
