{{ fates_of(sentinel_gps()) }}
