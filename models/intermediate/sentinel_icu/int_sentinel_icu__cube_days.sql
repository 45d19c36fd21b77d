{{ cube_days_of(sentinel_icu()) }}
