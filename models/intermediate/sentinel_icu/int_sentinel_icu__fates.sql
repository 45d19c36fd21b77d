{{ fates_of(sentinel_icu()) }}
