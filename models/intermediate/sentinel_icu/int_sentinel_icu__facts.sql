{{ facts_of(sentinel_icu()) }}
