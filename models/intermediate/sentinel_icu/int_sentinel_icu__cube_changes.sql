{{ cube_changes_of(sentinel_icu()) }}
