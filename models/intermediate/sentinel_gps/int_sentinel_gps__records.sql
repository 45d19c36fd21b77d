{{ records_of(sentinel_gps()) }}
