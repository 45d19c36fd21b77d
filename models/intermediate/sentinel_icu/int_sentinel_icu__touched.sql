{{ touched_of(sentinel_icu()) }}
