{{ cube_of(sentinel_icu()) }}
