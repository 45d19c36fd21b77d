{{ calendar_of(sentinel_icu()) }}
