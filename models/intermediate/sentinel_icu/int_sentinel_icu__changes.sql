{{ changes_of(sentinel_icu()) }}
