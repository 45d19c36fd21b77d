{{ records_of(sentinel_icu()) }}
