{{ account_of(sentinel_icu()) }}
